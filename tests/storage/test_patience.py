"""What requests and staff pages ask of the database is not waited for without a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse

from mapapp.storage.request_work import RequestWork
from mapapp.storage.sql.connecting import ANSWER_SECONDS
from mapapp.web.staff_site import StaffSite

pytestmark = pytest.mark.django_db(transaction=True)

# Far more than anything is waited for, in seconds.
LONG = 20 * ANSWER_SECONDS


def _ask_for_something_slow(*_arguments: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_sleep({LONG})")
    return HttpResponse()


@pytest.fixture(autouse=True)
def postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is asked in this process, and answers")


@pytest.mark.timeout(LONG / 2)
async def test_a_request_gives_up_a_statement_that_has_no_answer() -> None:
    work = RequestWork(threads=1)
    with pytest.raises(OperationalError):
        await work.run(_ask_for_something_slow)
    # The thread is free again, and its connection another one.
    assert await work.run(lambda: User.objects.count()) == 0


@pytest.mark.timeout(LONG / 2)
@pytest.mark.parametrize("page", ["page", "login"])
def test_so_does_a_staff_page(
    page: str, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    connections.close_all()
    request = HttpRequest()
    request.method = "GET"
    request.user = User(is_staff=True, is_active=True)
    site = StaffSite()
    ask: Callable[[HttpRequest], Any]
    if page == "page":
        ask = site.admin_view(_ask_for_something_slow)
    else:
        monkeypatch.setattr("django.contrib.admin.AdminSite.login", _ask_for_something_slow)
        ask = site.log_in
    with pytest.raises(OperationalError):
        ask(request)
    # As Django does when a request has ended; the next one has another.
    connection.close()
