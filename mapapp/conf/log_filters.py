"""What goes into the log."""

from __future__ import annotations

import logging


class FaultsOnly(logging.Filter):
    """For `django.request`: our faults, not the 503s that we answer on purpose.

    Django logs every status from 500 up as an error. A 503 means that something
    is full or not ready; its cause has a log line of its own, and a load
    balancer that asks once a second would fill the log with copies.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status: int | None = getattr(record, "status_code", None)
        if status is None or record.exc_info:
            return True
        return status >= 500 and status != 503
