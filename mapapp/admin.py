"""The admin pages: staff read and delete rooms and their contents.

They edit nothing: only the store may change a room, because each change needs a
revision.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from mapapp.models import Activity, Change, Marker, Participant, Room
from mapapp.rooms.ending import end_and_delete
from mapapp.runtime import runtime_of

# Django's classes are generic for the type checker only.
if TYPE_CHECKING:
    ActivityInlineBase = admin.TabularInline[Activity, Room]
    RoomAdminBase = admin.ModelAdmin[Room]
    ChangeAdminBase = admin.ModelAdmin[Change]
else:
    ActivityInlineBase = admin.TabularInline
    RoomAdminBase = ChangeAdminBase = admin.ModelAdmin


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ActivityInline(ReadOnly, ActivityInlineBase):
    model = Activity
    fk_name = "room"
    can_delete = False
    fields = ("position", "question", "kind", "markers_each", "anyone_adds")


@admin.register(Room)
class RoomAdmin(ReadOnly, RoomAdminBase):
    list_display = ("code", "title", "phase", "revision", "markers_present", "created", "expires")
    list_filter = ("phase",)
    search_fields = ("code", "title")
    date_hierarchy = "created"
    inlines = (ActivityInline,)

    def get_deleted_objects(
        self, objs: Iterable[Room], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The numbers of rows to be deleted: a used room has more than a page can list."""
        rooms = list(objs)
        models = (Participant, Marker, Change)
        count = {
            str(model._meta.verbose_name_plural): model._default_manager.filter(
                room__in=rooms
            ).count()
            for model in models
        }
        count = {str(Room._meta.verbose_name_plural): len(rooms)} | count
        return [str(room) for room in rooms], count, set(), []

    @method_decorator(csrf_protect)
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's view without its transaction: the hub closes the room in another thread."""
        return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined,no-any-return]

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        """Tell everybody in the room, then delete it."""
        end_and_delete([obj], runtime_of(request).hub.end_room)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        end_and_delete(list(queryset), runtime_of(request).hub.end_room)


@admin.register(Change)
class ChangeAdmin(ReadOnly, ChangeAdminBase):
    """The log of a room: who did what, and when."""

    list_display = ("room", "revision", "at", "by", "kind", "marker")
    list_filter = ("kind",)
    search_fields = ("room__code",)
    list_select_related = ("room",)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
