"""Addresses of this server for phones, when its presenter opens it at `localhost`."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from mapapp.server.addresses import is_this_machine, network_addresses
from mapapp.server.origins import site_url


class JoinLinks:
    """The sites whose links lead to this server.

    `listens_everywhere` says that this machine's other addresses lead here, too.
    """

    def __init__(self) -> None:
        self.listens_everywhere = False

    def phone_sites(self, request: HttpRequest) -> dict[str, str]:
        """This machine's network addresses with the site at each, likeliest first.

        `{"192.168.1.5": "http://192.168.1.5:8000"}`. Only for a browser on this
        machine: others already have an address that works, and need not know the
        server's networks. Also empty if PUBLIC_URL is set, or if the server listens
        on one address only.
        """
        if settings.PUBLIC_URL or not self.listens_everywhere or not _comes_from_here(request):
            return {}
        # The port that this request came in at, which a forged Host cannot change.
        port = request.META["SERVER_PORT"]
        return {address: f"http://{address}:{port}" for address in network_addresses()}

    def join_site(self, request: HttpRequest) -> str:
        """The site for people to join at: `localhost` only if there is nothing better."""
        if not _is_loopback(request):
            return site_url(request)
        return next(iter(self.phone_sites(request).values()), site_url(request))


def _comes_from_here(request: HttpRequest) -> bool:
    """Whether a browser on this machine sent this request.

    A tunnel or proxy on this machine does not count; it shows in its forwarding
    headers, or in the public name of its Host.
    """
    forwarded = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
    if settings.BEHIND_PROXY or any(name in request.headers for name in forwarded):
        return False
    host = _host(request)
    return (_is_loopback(request) or is_this_machine(host)) and is_this_machine(
        request.META.get("REMOTE_ADDR") or ""
    )


def _is_loopback(request: HttpRequest) -> bool:
    host = _host(request)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(request: HttpRequest) -> str:
    """The name or address in the request's Host, without port and brackets."""
    host = request.get_host()
    name = host.partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.removeprefix("[").lower()
