"""The origin of a request or a socket: its network address, and the site of its page."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def client_address(scope: Mapping[str, Any]) -> str:
    """The address that limits count by, for an ASGI scope; "unknown" if it has none.

    IPv4 in full, but only the first 64 bits of IPv6, because a single phone can
    change the others at will. Behind a proxy it is the last entry of
    X-Forwarded-For, which the proxy itself has written.
    """
    peer = scope.get("client")
    forwarded = [value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    return _address(peer[0] if peer else "", forwarded[-1].decode("latin-1") if forwarded else "")


def request_address(request: HttpRequest) -> str:
    """The same for a request."""
    meta = request.META
    return _address(meta.get("REMOTE_ADDR") or "", meta.get("HTTP_X_FORWARDED_FOR", ""))


def _address(peer: str, forwarded: str) -> str:
    found = _normalised(peer)
    if settings.BEHIND_PROXY:
        found = _normalised(forwarded.rpartition(",")[2].strip()) or found
    return found or "unknown"


def _normalised(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def site_url(request: HttpRequest) -> str:
    """The address where people reach this server, without a trailing slash."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def comes_from_another_site(request: HttpRequest) -> bool:
    """Whether a browser says that a page of another site sent this request.

    Programs send no Origin and do not count. Only the host is compared, because a
    proxy that ends TLS need not tell which scheme the browser used.
    """
    origin = request.headers.get("Origin")
    if origin is None or origin == settings.PUBLIC_URL:
        return False
    try:
        return urlsplit(origin).netloc.lower() != request.get_host().lower()
    except ValueError:
        return True


def comes_from_our_page(request: HttpRequest) -> bool:
    """Whether a browser says that one of this server's own pages sent this request.

    This replaces a CSRF token where a login counts. Our pages are the same bytes
    for everybody and so cannot contain a token; but browsers send the origin with
    every POST, and no page can forge it.
    """
    return request.headers.get("Origin") == site_url(request)
