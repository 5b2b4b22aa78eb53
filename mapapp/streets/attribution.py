"""Who made a map, as its file says: text and links, and nothing else of its HTML."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Enough for several makers with their links.
_LENGTH = 600
# Their text is none that people read.
_SILENT = frozenset({"script", "style", "template", "title", "textarea", "noscript", "iframe"})


def tidy(html: str) -> str:
    """The same HTML with its text and its links to web pages alone.

    A file from elsewhere says it, and it comes into every page.

    >>> tidy('<b onclick="x()">©</b> <a href="https://osm.org" class=x>OSM</a>')
    '© <a href="https://osm.org">OSM</a>'
    """
    parser = _Tidy()
    parser.feed(html[:_LENGTH])
    parser.close()
    return parser.text


class _Tidy(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._in_link = False

    @property
    def text(self) -> str:
        return "".join(self._pieces).strip() + ("</a>" if self._in_link else "")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "a" and not self._in_link:
            address = dict(attributes).get("href") or ""
            if _is_web(address):
                self._in_link = True
                self._pieces.append(f'<a href="{escape(address)}">')

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._in_link:
            self._in_link = False
            self._pieces.append("</a>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(escape(data, quote=False))


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
