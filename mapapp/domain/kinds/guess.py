"""`guess`: everybody marks where they think something is; the nearest wins at the reveal."""

from __future__ import annotations

from mapapp.domain.caps import RoomCaps
from mapapp.domain.fields import LATITUDE, LONGITUDE, Decimal, Numbers, Several, Text
from mapapp.domain.kinds.declaration import SECONDS, activity_kind
from mapapp.domain.kinds.own import Own
from mapapp.domain.text import LABEL_LIMIT

TARGETS_LIMIT = 20
# Half of the way round the globe.
_FARTHEST_KM = 20_040.0


@activity_kind("guess")
class Guess(Own):
    # `targets`: places that count as right, each with a tolerance in km around it.
    # `answer`: what they are called.
    fields = {
        "targets": Several(
            Numbers((LATITUDE, LONGITUDE, Decimal(0.0, 0, _FARTHEST_KM))), 0, TARGETS_LIMIT
        ),
        "answer": Text(LABEL_LIMIT),
        **SECONDS,
    }
    secrets = frozenset({"targets", "answer"})

    @property
    def hides(self) -> bool:
        # By nature: nobody shall copy.
        return True

    def each(self, caps: RoomCaps) -> int:
        return 1
