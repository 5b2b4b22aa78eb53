"""Static files under names that carry a hash of what is in them."""

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
# The first module of each page, which it gets as one file. What pages share lies deeper.
_ENTRY = re.compile(rf"{_MODULES}pages/[^/]+\.js")
_STYLES = "mapapp/css/"
# The style sheets that pages name; what these are made of lies deeper.
_SHEET = re.compile(rf"{_STYLES}[^/]+\.css")
# How a page asks for a part of its own that comes later.
_LATER = (r"""(?P<matched>import\("(?P<url>\./[^"]+)"\))""", """import("%(url)s")""")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, so that a browser may keep every file for ever.

    The JavaScript modules of a page are joined, and so are the parts of a style
    sheet; alone they are not served. What a page asks for later is a file of its
    own, in a folder of the page's name.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (f"{_MODULES}pages/*.js", (_LATER,)),
    )

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """As ServeStatic's, but for our own modules."""
        sources: dict[str, Any] = {}
        for name, (storage, path) in paths.items():
            if _ENTRY.fullmatch(name):
                page = join(path, _reader(storage))
                sources[name] = (_Text(page.text), path)
                for part, text in page.later.items():
                    sources[f"{name.removesuffix('.js')}/{part}"] = (_Text(text), part)
            elif _SHEET.fullmatch(name):
                sources[name] = (_Text(join_styles(path, _reader(storage))), path)
            elif not name.startswith((_MODULES, _STYLES)):
                sources[name] = (storage, path)
        yield from super().post_process(sources, *args, **options)
        if not options.get("dry_run"):
            # They have been copied, as all else. What a page is made of is in its file.
            self.delete_files(paths.keys() - sources.keys())


class _Text:
    """A storage with one file, which has been made here."""

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
