"""What goes into the log."""

from __future__ import annotations

import logging


class FaultsOnly(logging.Filter):
    """For `django.request`: our faults, and not what is answered on purpose.

    Django logs each answer from 500 on as an error. A 503 says that something
    is not ready or full; whatever is behind it has its own line, and a load
    balancer that asks once a second would fill the log with another.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status: int | None = getattr(record, "status_code", None)
        if status is None or record.exc_info:
            return True
        return status >= 500 and status != 503
