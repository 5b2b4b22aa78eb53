"""Static files under names with a hash of their contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from servestatic.storage import CompressedManifestStaticFilesStorage

from mapapp.assets.joined_modules import join
from mapapp.assets.joined_styles import join_styles

_MODULES = "mapapp/js/"
# Each page's entry module, served as one file. Modules that pages share lie deeper.
_ENTRY = re.compile(rf"{_MODULES}pages/[^/]+\.js")
_STYLES = "mapapp/css/"
# The style sheets that pages name; the parts of these lie deeper.
_SHEET = re.compile(rf"{_STYLES}[^/]+\.css")
# A page's import of a part that comes later, or a part's of another.
_LATER = (r"""(?P<matched>import\("(?P<url>\.{1,2}/[^"]+)"\))""", """import("%(url)s")""")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, so that browsers may cache every file indefinitely.

    The JavaScript modules of a page are joined, and so are the parts of a style
    sheet; by themselves they are not served. A part that a page imports later is a
    file of its own, in a folder named after the page.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (f"{_MODULES}pages/*.js", (_LATER,)),
    )

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """As ServeStatic does, except for our own modules and style sheets."""
        sources: dict[str, Any] = {}
        for name, (storage, path) in paths.items():
            if _ENTRY.fullmatch(name):
                page = join(path, _reader(storage))
                sources[name] = (_Text(page.text), path)
                for part, text in page.later.items():
                    # By the path, too, Django decides in which files addresses are replaced.
                    full = f"{name.removesuffix('.js')}/{part}"
                    sources[full] = (_Text(text), full)
            elif _SHEET.fullmatch(name):
                sources[name] = (_Text(join_styles(path, _reader(storage))), path)
            elif not name.startswith((_MODULES, _STYLES)):
                sources[name] = (storage, path)
        yield from super().post_process(sources, *args, **options)
        if not options.get("dry_run"):
            # Copied with everything else, but not needed: the pages' files contain them.
            self.delete_files(paths.keys() - sources.keys())


class _Text:
    """A storage with one file, made here."""

    def __init__(self, text: str) -> None:
        self._text = text

    def open(self, _path: str) -> ContentFile[bytes]:
        return ContentFile(self._text.encode())


def _reader(storage: Storage) -> Callable[[str], str]:
    def read(path: str) -> str:
        with storage.open(path) as file:
            text: str = file.read().decode("utf-8")
        return text

    return read
