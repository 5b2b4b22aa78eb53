"""The name under which this server offers consumers its way of sending."""

from __future__ import annotations

# A key of the ASGI scope's "extensions". What is there has the methods of a
# `Link` (mapapp/live/ports.py).
SHARED_SEND = "livemap.shared_send"
