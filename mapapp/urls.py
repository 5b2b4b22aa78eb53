from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.urls.converters import StringConverter

from mapapp.api.v1 import addresses, exports, hosts, places, result_links, templates
from mapapp.api.v1 import rooms as api
from mapapp.api.v1.result_formats import RESULT_FORMATS
from mapapp.rooms.result_links import TOKEN_LENGTH
from mapapp.web import health, home, result_page, room_pages, staff


class CodeConverter(StringConverter):
    """Exactly six digits, in ASCII: `\\d` would take those of every script."""

    regex = "[0-9]{6}"


class ResultsConverter(StringConverter):
    """The formats in which a room's results are exported, by their ending."""

    regex = "|".join(RESULT_FORMATS)


class TokenConverter(StringConverter):
    """The token of a link to results (`rooms.result_links`)."""

    regex = f"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"


register_converter(CodeConverter, "code")
register_converter(TokenConverter, "token")
register_converter(ResultsConverter, "results")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("<code:code>", room_pages.audience, name="audience"),
    path("<code:code>/screen", room_pages.screen, name="screen"),
    path("<code:code>/host", room_pages.host, name="host"),
    path("<code:code>/edit", room_pages.edit, name="edit"),
    path("<code:code>/qr.svg", room_pages.qr_code, name="qr-code"),
    # As a person may type or read it: 123 456, 123-456, 123456/
    re_path(r"^(?P<first>[0-9]{3})[ -]?(?P<second>[0-9]{3})/?$", room_pages.tidy_code),
    path("api/rooms", api.rooms, name="api-rooms"),
    path("api/rooms/<code:code>", api.room, name="api-room"),
    path("api/rooms/<code:code>/activities", api.activities, name="api-activities"),
    path("api/addresses", addresses.addresses, name="api-addresses"),
    path("api/places", places.places, name="api-places"),
    path("api/places/names/<int:zoom>/<int:x>/<int:y>", places.names, name="api-place-names"),
    path("api/templates", templates.templates, name="api-templates"),
    path("api/rooms/<code:code>/pairings", hosts.pairings, name="api-pairings"),
    path("api/rooms/<code:code>/keys", hosts.keys, name="api-keys"),
    path("api/rooms/<code:code>/concerned", hosts.concerned, name="api-concerned"),
    path("api/rooms/<code:code>/results.<results:ending>", exports.results, name="api-results"),
    path("api/rooms/<code:code>/result-links", result_links.result_links, name="api-result-links"),
    path("api/results/<token:token>", result_links.shared_results, name="api-shared-results"),
    path("results/<token:token>", result_page.result_page, name="shared-results"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("staff/login/", staff.log_in, name="staff-login"),
    path("admin/", admin.site.urls),
]

handler404 = "mapapp.web.errors.not_found"
handler500 = "mapapp.web.errors.server_error"
