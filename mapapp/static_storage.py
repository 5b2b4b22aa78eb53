"""Static files under names that carry a hash of what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from servestatic.storage import CompressedManifestStaticFilesStorage

# Lines of our own modules that hold nothing but a comment: a third of what a
# phone would download.
_SCRIPTS = "mapapp/js/"
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)[ \t]*$", re.MULTILINE)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; the imports inside JavaScript modules are rewritten too.

    So a browser may keep every file for ever, and a page never mixes modules
    of two versions.
    """

    support_js_module_import_aggregation = True
    # Each pass settles the names of one more layer of modules.
    max_post_process_passes = 16

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """As Django's, but for our own modules, which are served without their comments."""
        sources = {
            name: (_WithoutComments(storage) if name.startswith(_SCRIPTS) else storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(sources, *args, **options)


class _WithoutComments:
    """Source files as another storage has them, with empty lines in place of comments.

    So each line keeps its number, and what a browser says of it can be found here.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, path: str) -> ContentFile[bytes]:
        with self._storage.open(path) as file:
            text = file.read().decode("utf-8")
        return ContentFile(_COMMENT.sub(_empty_lines, text).encode())


def _empty_lines(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")
