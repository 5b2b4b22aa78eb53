"""Fixtures for tests in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from testkit.server import ServerProcess
from tests.browser.venue import HOST, PATIENCE, SERVER_ENV, Room, Venue, create_room
from tests.conftest import StartServer

NOT_NEEDED = (
    # Pages of the browser's own, behind its address bar, which nobody sees here. Each
    # profile loaded one, which took more of a core than our page did.
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
    # The rest is what Playwright turns off: of two such arguments the last one counts.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NOT_NEEDED)}",
    # Nothing but the servers of these tests can be reached.
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of a run; each person has a profile of their own in it."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    """One server for all tests of a run: to start one takes longer than most of them."""
    folder = tmp_path_factory.mktemp("server")
    with ServerProcess(folder, SERVER_ENV, static_files=static_files) as server:
        yield server


@pytest.fixture(scope="module")
def server(shared_server: ServerProcess) -> Iterator[ServerProcess]:
    """The server of all tests, which use rooms of their own. No module may soil its log.

    A test that stops its server, or needs other settings, starts one with `start_server`.
    """
    before = len(shared_server.log)
    yield shared_server
    shared_server.assert_clean_log(before)


@pytest.fixture
def room(server: ServerProcess) -> Room:
    """A new room in which everybody has one marker of their own."""
    return create_room(server, question="Where did you travel from?")


@pytest.fixture
def venue(browser: Browser, start_server: StartServer) -> Iterator[Venue]:
    """Where people come in. In the end no page may have complained about anything.

    It is closed before any server ends, or all pages would complain about that.
    """
    venue = Venue(browser)
    yield venue
    venue.close()
