"""Static files under names that carry a hash of what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from servestatic.storage import CompressedManifestStaticFilesStorage

from mapapp.assets.joined_modules import join

_MODULES = "mapapp/js/"
# The first module of each page, which it gets as one file. What pages share lies deeper.
_ENTRY = re.compile(rf"{_MODULES}pages/[^/]+\.js")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, so that a browser may keep every file for ever.

    The JavaScript modules of a page are joined; alone they are not served.
    """

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """As ServeStatic's, but for our own modules."""
        sources = {
            name: (_Joined(storage) if _ENTRY.fullmatch(name) else storage, path)
            for name, (storage, path) in paths.items()
            if _ENTRY.fullmatch(name) or not name.startswith(_MODULES)
        }
        yield from super().post_process(sources, *args, **options)
        if not options.get("dry_run"):
            # They have been copied, as all else. What a page is made of is in its file.
            self.delete_files(paths.keys() - sources.keys())


class _Joined:
    """Modules as another storage has them, each with all that it imports."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, path: str) -> ContentFile[bytes]:
        return ContentFile(join(path, self._read).encode())

    def _read(self, path: str) -> str:
        with self._storage.open(path) as file:
            text: str = file.read().decode("utf-8")
        return text
