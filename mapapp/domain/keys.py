"""Host keys and the one-time codes for them: only their hashes are ever kept."""

from __future__ import annotations

import hashlib


def hash_key(key: str) -> str:
    """SHA-256 of a host key or a one-time code, in hex.

    A plain hash is enough here: slow ones protect passwords that people choose,
    while nobody can try 2^128 codes.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
