"""Identities: host keys, participants' tokens, and hashes of network addresses."""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from mapapp.domain.keys import hash_key
from mapapp.domain.room import HostKey

# Longer than any key or token of ours; nothing longer is hashed or compared.
_INPUT_LIMIT = 256
_TOKEN_SALT = "mapapp.participant"  # noqa: S105  a name, not a secret


class BadToken(ValueError):
    """The token is forged, or belongs to another room."""


def new_host_key() -> str:
    """192 random bits, as 32 characters that need no escaping in a URL."""
    return secrets.token_urlsafe(24)


def new_pairing_code() -> str:
    """128 random bits, as 22 characters: shorter than a key, because it lives a minute or two."""
    return secrets.token_urlsafe(16)


def find_key(key: str | None, keys: Iterable[HostKey]) -> int:
    """The number of this host key; 0 if it is none of `keys`, or has been revoked.

    Takes the same time for every wrong key.
    """
    if key is None or len(key) > _INPUT_LIMIT:
        return 0
    hashed, found = hash_key(key), 0
    for known in keys:
        if constant_time_compare(hashed, known.hash) and not known.revoked:
            found = known.number
    return found


def issue_token(room_id: uuid.UUID, participant_id: uuid.UUID) -> str:
    """A signed text whose bearer counts as this participant of this room."""
    ids = base64.urlsafe_b64encode(room_id.bytes + participant_id.bytes).rstrip(b"=")
    return signing.TimestampSigner(salt=_TOKEN_SALT).sign(ids.decode("ascii"))


def read_token(token: str, room_id: uuid.UUID) -> uuid.UUID:
    """The participant that the token names. Raises `BadToken`.

    It lives as long as its room. An age of its own would add nothing, and would
    make everybody a stranger when a clock that was weeks behind is put right.
    """
    if len(token) > _INPUT_LIMIT or not token.isascii():
        raise BadToken
    try:
        text = signing.TimestampSigner(salt=_TOKEN_SALT).unsign(token)
        ids = base64.urlsafe_b64decode(f"{text}=")
    except (signing.BadSignature, binascii.Error, ValueError):
        raise BadToken from None
    if len(ids) != 32 or ids[:16] != room_id.bytes:
        raise BadToken
    return uuid.UUID(bytes=ids[16:])


def renewed_token(token: str) -> str:
    """The same token, signed anew if it was signed with one of `SECRET_KEY_FALLBACKS`.

    Only for a token that `read_token` has accepted. Its time stays the same, and
    so still tells when its bearer first came.
    """
    signer = signing.TimestampSigner(salt=_TOKEN_SALT, fallback_keys=[])
    try:
        signer.unsign(token)
    except signing.BadSignature:
        return signing.Signer.sign(signer, token.rpartition(":")[0])
    return token


def address_hash(room_id: uuid.UUID, address: str) -> str:
    """16 hex digits that stand for this address in this room, and reveal nothing without our key.

    Stored to tell who came from the same address. Each room has other hashes, so
    nobody can be followed from room to room. With the secret key one can try out
    all IPv4 addresses; without it, nobody can.
    """
    return _address_hash(room_id, address, settings.SECRET_KEY)


# A whole hall comes in from one address, so its hash is computed once.
@lru_cache(maxsize=1_024)
def _address_hash(room_id: uuid.UUID, address: str, secret: str) -> str:
    return salted_hmac(
        "mapapp.address", f"{room_id.hex}:{address}", secret=secret, algorithm="sha256"
    ).hexdigest()[:16]
