"""Changes of host keys, as a client asks for them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mapapp.domain.changes import Operation, keys
from mapapp.domain.keys import hash_key
from mapapp.protocol.incoming.declaration import ChangeMessage, Number

# A host key that a client makes: as many characters as 24 random bytes in base64.
KEY_CHARACTERS = 32


class Rotate(ChangeMessage, frozen=True, kw_only=True):
    key: Annotated[str, Meta(min_length=KEY_CHARACTERS, max_length=100)]

    def operation(self) -> Operation:
        return keys.Rotate(hash_key(self.key))


class Revoke(ChangeMessage, frozen=True, kw_only=True):
    key: Number

    def operation(self) -> Operation:
        return keys.Revoke(self.key)
