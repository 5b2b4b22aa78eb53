"""The JSON API's error answers."""

from __future__ import annotations

from django.http import JsonResponse


class ApiError(Exception):
    """The request is refused. `code` is for programs, `message` a sentence for people."""

    def __init__(self, status: int, code: str, message: str, *, retry_seconds: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_seconds = retry_seconds

    def response(self) -> JsonResponse:
        """The answer to the request."""
        return error_json(self.status, self.code, self.message, retry_seconds=self.retry_seconds)


def error_json(
    status: int, code: str, message: str, *, field: str | None = None, retry_seconds: int = 0
) -> JsonResponse:
    """An error of the JSON API: `code` is for programs, `message` a sentence for people."""
    error = {"code": code, "message": message}
    if field is not None:
        error["field"] = field
    response = JsonResponse({"error": error}, status=status)
    response.headers["Cache-Control"] = "no-store"
    if retry_seconds:
        response.headers["Retry-After"] = str(retry_seconds)
    return response
