"""One-time codes: a phone exchanges one for a host key of its own (docs/decisions/0016)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from mapapp.domain.keys import hash_key
from mapapp.models import Pairing
from mapapp.rooms.keys import new_pairing_code

# Long enough to find the phone and scan; the screen shows a new one before it ends.
PAIRING_SECONDS = 90


async def new_pairing(room: UUID) -> str:
    """Make a one-time code for this room, valid for `PAIRING_SECONDS`; delete expired ones.

    Its end goes by the database's clock, like everything that several processes
    have to agree on.
    """
    code = new_pairing_code()
    await Pairing.objects.filter(room=room, expires__lte=Now()).adelete()
    await Pairing.objects.acreate(
        room_id=room, hash=hash_key(code), expires=Now() + timedelta(seconds=PAIRING_SECONDS)
    )
    return code
