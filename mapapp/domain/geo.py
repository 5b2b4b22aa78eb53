"""Positions on the globe, in WGS 84 degrees."""

from __future__ import annotations

from math import isfinite

from mapapp.domain.refusals import Refused

# Six decimals of a degree are 0.11 m at the equator.
DECIMALS = 6


def position(lat: float, lng: float) -> tuple[float, float]:
    """Return the position rounded to `DECIMALS`.

    `lat` is from -90 to 90 and `lng` from -180 to 180; anything else, including
    NaN and infinity, raises `Refused("bad_position")`.
    """
    if not (isfinite(lat) and isfinite(lng) and -90 <= lat <= 90 and -180 <= lng <= 180):
        raise Refused("bad_position")
    # Adding 0.0 turns -0.0 into 0.0, so that equal places have equal digests.
    return round(lat, DECIMALS) + 0.0, round(lng, DECIMALS) + 0.0
