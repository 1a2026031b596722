"""At a shared computer: signing in with a key, being left alone, leaving in a hurry, and the way back."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from csec.accounts.models import Session
from tests import make
from tests.accounts.at_the_door import PASSWORD, code, with_app
from tests.browser.acts import check_fits, look_at, photograph
from tests.browser.conftest import Window

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")


def with_a_key(page: Page) -> None:
    """Plug in a security key of Chromium's own making."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "isUserVerified": True, "hasUserVerification": True}
    options = {**key, "hasResidentKey": False, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_key_is_set_up_and_signs_in(window: Window, staff: make.Staff, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = window()
    with_a_key(page)
    page.goto("/account/sign-in/")
    look_at(page, "sign-in")
    sign_in(page, staff.counselor.email)
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    look_at(page, "no-second-factor")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("A name for this key").fill("On my key ring")
    look_at(page, "add-key")
    page.get_by_role("button", name="Add this key").press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look_at(page, "recovery-codes")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("link", name="Record a concern")).to_be_visible()
    page.goto("/account/second-factor/")
    expect(page.get_by_text("On my key ring, added")).to_be_visible()
    look_at(page, "second-factors")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, staff.counselor.email)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    look_at(page, "second-factor")
    page.get_by_role("button", name="Use your security key").press("Enter")
    expect(page.get_by_role("link", name="Record a concern")).to_be_visible()


def test_an_app_is_set_up_and_signs_in_without_javascript(
    window: Window, staff: make.Staff, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = window(javascript=False, width=390)
    sign_in(page, staff.counselor.email)
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator(".secret")).to_be_visible()
    check_fits(page)
    photograph(page, "set-up-app", 390)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("The code that the app shows").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("link", name="Record a concern")).to_be_visible()
    page.get_by_role("link", name="Quick exit").wait_for()
    page.goto("/account/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, staff.counselor.email)
    page.get_by_label("Code").fill(code(secret, +1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Record a concern")).to_be_visible()


def test_after_sign_out_the_back_button_and_other_windows_show_nothing(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.counselor)
    page.goto("/cases/")
    page.goto("/")
    other = page.context.new_page()
    other.goto("/cases/")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.get_by_role("heading", name="You are signed out")).to_be_visible()
    for _n in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert staff.counselor.name not in page.content()


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_the_quick_exit_leaves_nothing_behind(
    window: Window, staff: make.Staff, javascript: bool, live_server: Any, settings: Any
) -> None:
    elsewhere = live_server.url.replace("localhost", "127.0.0.1") + reverse("directory:emergency_card")
    settings.QUICK_EXIT_URL = elsewhere
    settings.ALLOWED_HOSTS = ["*"]
    page = window(staff.counselor, javascript=javascript, width=390)
    page.goto("/")
    page.goto("/cases/")
    check_fits(page)
    page.get_by_role("link", name="Quick exit").press("Enter")
    page.wait_for_url(elsewhere)
    assert not Session.objects.filter(person=staff.counselor).exists()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert staff.counselor.name not in page.content()
    if javascript:
        assert "cases" not in page.url


def test_a_page_that_is_left_alone_is_covered_asks_and_signs_out(window: Window, staff: make.Staff) -> None:
    page = window(staff.counselor)
    page.clock.install()
    page.goto("/")
    page.clock.fast_forward(12 * 60 * 1000)
    question = page.get_by_role("dialog", name="Are you still there?")
    expect(question).to_be_hidden()
    page.clock.fast_forward(70 * 1000)
    expect(question).to_be_visible()
    look_at(page, "idle")
    covers = "(at) => document.elementFromPoint(...at).matches('dialog')"
    assert all(page.evaluate(covers, at) for at in ([5, 5], [300, 20], [380, 800]))
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    page.clock.fast_forward(13 * 60 * 1000 + 5000)
    expect(question).to_be_visible()
    page.clock.fast_forward(90 * 1000)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    look_at(page, "timed-out")
    assert not Session.objects.filter(person=staff.counselor).exists()
    page.go_back()
    assert staff.counselor.name not in page.content()


def test_whoever_types_is_not_asked_and_what_was_typed_is_there_again(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.teacher)
    page.clock.install()
    page.goto("/concerns/log/")
    words = page.get_by_label("What did you see or hear?")
    told = []
    page.on("request", lambda request: told.append(request.url) if "/stay/" in request.url else None)
    for _n in range(8):
        words.press_sequentially("a")
        with page.expect_response("**/stay/"):
            page.clock.fast_forward(2 * 60 * 1000)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert len(told) == 8
    page.clock.fast_forward(15 * 60 * 1000)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("Email").fill(staff.teacher.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("What did you see or hear?")).to_have_value("a" * 8)


@pytest.mark.thorough
def test_the_rest_of_the_pages_is_right_for_everybody(window: Window, staff: make.Staff) -> None:
    secret = with_app(staff.counselor)
    page = window()
    sign_in(page, staff.counselor.email)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Code")).to_have_attribute("aria-invalid", "true")
    look_at(page, "wrong-code")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Record a concern")).to_be_visible()
    for name, path in {
        "remove-app": "/account/second-factor/app/remove/",
        "everywhere": "/account/sign-out/everywhere/",
        "password": "/account/password/",
    }.items():
        page.goto(path)
        look_at(page, name)
