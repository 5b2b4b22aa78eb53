"""The log holds our faults, and no line for each answer that is meant."""

import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path


def _not_ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


def _broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def _bad_gateway(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=502)


urlpatterns = [
    path("not-ready", _not_ready),
    path("broken", _broken),
    path("bad-gateway", _bad_gateway),
]
handler500 = "mapapp.web.errors.server_error"


class Kept(logging.Handler):
    """What passes the filters of a logger."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept()
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("url", ["/not-ready", "/nothing-is-here"])
def test_what_is_answered_on_purpose_is_no_error(kept: Kept, url: str) -> None:
    assert Client().get(url).status_code in (404, 503)
    assert kept.records == []


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("url", "traceback"), [("/broken", True), ("/bad-gateway", False)])
def test_our_faults_are_logged(kept: Kept, url: str, traceback: bool) -> None:
    assert Client(raise_request_exception=False).get(url).status_code in (500, 502)
    (record,) = kept.records
    assert record.levelno == logging.ERROR
    assert bool(record.exc_info) is traceback
