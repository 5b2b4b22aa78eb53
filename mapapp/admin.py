"""What staff see: rooms and what is in them, to read and to delete.

Nothing live is edited here: only the store changes an open room, because each
change needs its revision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from mapapp.models import Activity, Change, Room

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
    fields = ("position", "question", "rules", "markers_each", "anyone_adds")


@admin.register(Room)
class RoomAdmin(ReadOnly, RoomAdminBase):
    list_display = ("code", "title", "phase", "revision", "markers_present", "created", "expires")
    list_filter = ("phase",)
    search_fields = ("code", "title")
    date_hierarchy = "created"
    exclude = ("host_key_hash",)
    inlines = (ActivityInline,)


@admin.register(Change)
class ChangeAdmin(ReadOnly, ChangeAdminBase):
    """The log of a room: who did what, and when."""

    list_display = ("room", "revision", "at", "person", "kind", "marker")
    list_filter = ("kind",)
    search_fields = ("room__code",)
    list_select_related = ("room",)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
