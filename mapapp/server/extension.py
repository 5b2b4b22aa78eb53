"""The name of the ASGI extension by which consumers send shared frames."""

from __future__ import annotations

# A key of the ASGI scope's "extensions". Its value is a `Link` (mapapp/live/ports.py).
SHARED_SEND = "livemap.shared_send"
