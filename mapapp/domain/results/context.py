"""What the result of an activity depends on, besides the answers."""

from __future__ import annotations

from mapapp.domain.activity import Activity
from mapapp.domain.results.answers import Context, Zone
from mapapp.domain.surface import PLANE
from mapapp.domain.surface import Zone as SurfaceZone


def context_of(activity: Activity, *, revealed: bool) -> Context:
    """The context of an activity. Unless it is `revealed`, nothing is known to be right."""
    surface = activity.surface
    targets = activity.kind.settings.get("targets", ()) if revealed else ()
    return Context(
        kind=activity.kind.name,
        is_map=surface.kind != PLANE,
        zones=tuple(map(_zone, surface.zones)),
        targets=tuple((lat, lng, radius_km) for lat, lng, radius_km in targets),
        round=activity.round,
    )


def _zone(zone: SurfaceZone) -> Zone:
    if zone.box is not None:
        south, west, north, east = zone.box
        return Zone(zone.id, box=(south, west, north, east))
    return Zone(zone.id, polygon=tuple((lat, lng) for lat, lng in zone.corners))
