"""Static shells: pages that are the same bytes for everybody (V2).

Each is rendered and compressed once per process. Personal data comes over the
socket, so a page sets no cookie and any cache may hold it.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response

from mapapp.rooms.creation import DEFAULT_QUESTION
from mapapp.web.context_processors import page

# Short, so that a new version of the pages reaches everybody within a minute.
_PUBLIC = "public, max-age=60"


class EmbeddablePage(HttpResponse):
    """A page that other sites may show in a frame; django-csp looks for the attribute."""

    _csp_replace = {"frame-ancestors": ["*"]}


@dataclass(frozen=True, slots=True)
class Shell:
    """A rendered page, plain and compressed, with the tag of its version."""

    plain: bytes
    packed: bytes
    etag: str


def serve_shell(
    request: HttpRequest, template: str, *, embeddable: bool = False
) -> HttpResponseBase:
    """Answer with this page, or with 304 if the browser has it."""
    shell = _render(template) if settings.DEBUG else _rendered(template)
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    body = shell.packed if packs else shell.plain
    etag = f'"{shell.etag}-{"gzip" if packs else "plain"}"'
    response = (EmbeddablePage if embeddable else HttpResponse)(body)
    response.headers["Content-Length"] = str(len(body))
    response.headers["Cache-Control"] = _PUBLIC
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = etag
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    return get_conditional_response(request, etag=etag, response=response) or response


def _render(template: str) -> Shell:
    # Without the request, so that nothing of it can get into the page.
    context = {**page(None), "question": DEFAULT_QUESTION}
    plain = render_to_string(template, context).encode()
    return Shell(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


_rendered = cache(_render)
