"""A real Chromium against a real server: each person has a window of their own."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from csec.accounts.models import User
from tests import make

# Playwright's synchronous interface runs an event loop of its own beside Django's connections.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

Window = Callable[..., Page]

#: The answers by which a form says that it was not taken; the browser calls them errors.
EXPECTED = ("status of 409", "status of 422")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CSEC_CHROMIUM"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture(params=[1280, pytest.param(390, marks=pytest.mark.thorough)], ids=["desk", "phone"])
def window(request: pytest.FixtureRequest, chromium: Browser, live_server: object) -> Iterator[Window]:
    """
    Opens a window for a person who is signed in (or for nobody): on a desk every day, on a phone on demand.

    No page may leave an error in the console: the content security policy speaks there.
    """
    contexts = []
    errors: list[str] = []

    def open_window(
        person: User | None = None,
        *,
        width: int = request.param,
        height: int = 900,
        javascript: bool = True,
        locale: str = "en-US",
    ) -> Page:
        context = chromium.new_context(
            base_url=str(live_server),
            locale=locale,
            timezone_id="America/Los_Angeles",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            # Whoever asks for less motion gets it; a button that is still scrolling by cannot be pressed.
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if person:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": str(live_server)}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and not any(one in message.text for one in EXPECTED)
                else None
            ),
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def staff(transactional_db: None) -> make.Staff:
    make.district()
    return make.Staff()
