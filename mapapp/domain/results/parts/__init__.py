"""All parts of a result. To add one, write its file and import it here."""

from mapapp.domain.results.parts import centre, countries, crowds, guess, nearest, shift, zones
from mapapp.domain.results.parts.declaration import PARTS, PERSONAL

__all__ = [
    "PARTS",
    "PERSONAL",
    "centre",
    "countries",
    "crowds",
    "guess",
    "nearest",
    "shift",
    "zones",
]
