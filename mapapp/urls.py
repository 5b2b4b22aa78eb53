from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.urls.converters import StringConverter

from mapapp.api.v1 import addresses, exports, hosts, places, templates
from mapapp.api.v1 import rooms as api
from mapapp.api.v1.result_formats import RESULT_FORMATS
from mapapp.web import health, home, room_pages, staff


class CodeConverter(StringConverter):
    """Exactly six digits, in ASCII: `\\d` would take those of every script."""

    regex = "[0-9]{6}"


class ResultsConverter(StringConverter):
    """The formats in which a room's results are exported, by their ending."""

    regex = "|".join(RESULT_FORMATS)


register_converter(CodeConverter, "code")
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
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("staff/login/", staff.log_in, name="staff-login"),
    path("admin/", admin.site.urls),
]

handler404 = "mapapp.web.errors.not_found"
handler500 = "mapapp.web.errors.server_error"
