"""Links to a room's results, for whoever gets one from its host: read-only, and revocable.

A link is a capability: its token is random, and only its hash is kept (A1).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from mapapp.domain.keys import hash_key
from mapapp.models import ResultLink

# Of the links of one room, as many work; the oldest one makes way for another.
LINKS_LIMIT = 20
TOKEN_BYTES = 18
TOKEN_LENGTH = 24  # of base64url


def new_result_link(room: UUID, now: datetime) -> str:
    """Make a link; return its token, which is known in the clear only here."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    links = ResultLink.objects.filter(room=room)
    spare = links.order_by("-made").values_list("pk", flat=True)[LINKS_LIMIT - 1 :]
    ResultLink.objects.filter(pk__in=list(spare)).delete()
    ResultLink.objects.create(room_id=room, hash=hash_key(token), made=now)
    return token


def count_result_links(room: UUID) -> int:
    """The links that work."""
    return ResultLink.objects.filter(room=room).count()


def revoke_result_links(room: UUID) -> int:
    """Let no link to this room's results work any more; return how many did."""
    revoked, _ = ResultLink.objects.filter(room=room).delete()
    return revoked


def room_of_link(token: str, now: datetime) -> UUID | None:
    """The room whose results this token shows; None if none does, or it has expired by `now`."""
    links = ResultLink.objects.filter(hash=hash_key(token), room__expires__gt=now)
    return links.values_list("room_id", flat=True).first()
