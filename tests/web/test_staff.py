"""The admin pages: for staff; to everybody else they do not exist."""

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient

from mapapp.domain.keys import hash_key
from mapapp.limits.buckets import KeyedLimiter
from mapapp.models import Change
from mapapp.rooms.creation import CreatedRoom
from mapapp.runtime import this_runtime

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN_PAGES = [
    "/admin/",
    "/admin/login/",
    "/admin/logout/",
    "/admin/jsi18n/",
    "/admin/mapapp/room/",
    "/admin/password_change/",
    "/admin/no/such/page/",
]
LOGIN = "/staff/login/"


@pytest.fixture
def staff(transactional_db: None) -> User:
    return User.objects.create_superuser("ada", password="correct horse")


@pytest.mark.parametrize("path", ADMIN_PAGES)
async def test_to_a_stranger_an_admin_page_does_not_exist(
    async_client: AsyncClient, path: str
) -> None:
    response = await async_client.get(path)
    assert response.status_code == 404
    assert response.content == (await async_client.get("/nothing")).content


async def test_a_login_without_staff_status_sees_no_admin_pages(
    async_client: AsyncClient, transactional_db: None
) -> None:
    await async_client.aforce_login(await User.objects.acreate_user("bob"))
    assert (await async_client.get("/admin/")).status_code == 404


async def test_staff_log_in_and_see_rooms(
    async_client: AsyncClient, staff: User, opened: CreatedRoom
) -> None:
    assert opened.room.activity is not None
    await Change.objects.acreate(
        room=opened.room, revision=1, at=opened.room.created, kind="person"
    )
    assert (await async_client.get(LOGIN)).status_code == 200
    form = {"username": "ada", "password": "correct horse"}
    response = await async_client.post(LOGIN, form)
    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    for path in (
        "/admin/",
        "/admin/mapapp/room/",
        f"/admin/mapapp/room/{opened.room.pk}/change/",
        "/admin/mapapp/change/",
    ):
        page = await async_client.get(path)
        assert page.status_code == 200, path
        assert hash_key(opened.host_key) not in page.content.decode()
    assert (await async_client.get("/admin/mapapp/room/add/")).status_code == 403


async def test_the_login_form_needs_its_csrf_token(staff: User) -> None:
    """A1"""
    strict = AsyncClient(enforce_csrf_checks=True)
    form = {"username": "ada", "password": "correct horse"}
    assert (await strict.post(LOGIN, form)).status_code == 403


async def test_passwords_guessed_in_a_row_are_slowed(
    async_client: AsyncClient, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3"""
    # However long the hashing takes, nothing is given back meanwhile.
    monkeypatch.setattr(
        this_runtime(), "logins", KeyedLimiter(burst=10, per_second=0.1, clock=lambda: 0.0)
    )
    form = {"username": "ada", "password": "wrong"}
    statuses = [(await async_client.post(LOGIN, form)).status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2


async def test_other_pages_look_at_no_session(
    async_client: AsyncClient, staff: User, opened: CreatedRoom
) -> None:
    """V2: a page for everybody costs no query, whoever is logged in."""
    await async_client.aforce_login(staff)
    response = await async_client.get(f"/{opened.room.code}")
    assert "Cookie" not in response["Vary"]
    assert not response.cookies
