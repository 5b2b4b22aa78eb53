"""The admin pages, for staff. To everybody else they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from mapapp.storage.sql.connecting import connect_with_patience

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffAdminConfig(AdminConfig):
    default_site = "mapapp.web.staff_site.StaffSite"


class StaffSite(AdminSite):
    """Each page answers 404 to anybody but staff. The login page is in mapapp/web/staff.py."""

    site_title = site_header = _("Live map")
    site_url = "/"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        checked = super().admin_view(view, cacheable)

        def for_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # All staff pages of a process share one thread.
            connect_with_patience()
            if not self.has_permission(request):
                raise Http404
            return checked(request, *args, **kwargs)

        return cast("View", update_wrapper(for_staff, view))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's admin has its login form here; ours is elsewhere."""
        raise Http404

    def log_in(self, request: HttpRequest) -> HttpResponseBase:
        """The login form, for a view that limits the number of tries."""
        connect_with_patience()
        return super().login(request)
