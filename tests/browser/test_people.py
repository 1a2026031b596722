"""Somebody is let in, chooses a password, signs in, and leaves again; and every page of the staff is looked at."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from csec.accounts import resets
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from district import workflow
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "seven quiet rivers past noon"


def from_the_menu(page: Page) -> None:
    page.goto("/")
    page.locator("details.account summary").click()
    page.get_by_role("link", name="People", exact=True).click()


@pytest.mark.thorough
def test_somebody_is_let_in_signs_in_and_leaves(window: Window, staff: make.Staff, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    page = window(staff.administrator)
    from_the_menu(page)
    acts.look_at(page, "people")
    page.get_by_role("link", name="Let somebody in").click()
    page.get_by_label("Name").fill("Nell New")
    page.get_by_label("E-mail address").fill("nell")
    page.get_by_label("Role").select_option("Social worker")
    page.get_by_label("Monday").check()
    page.get_by_role("button", name="Let them in").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter an e-mail address.")
    acts.look_at(page, "invite_person-refused")
    page.get_by_label("E-mail address").fill("nell@example.org")
    page.get_by_role("button", name="Let them in").click()
    expect(page.get_by_role("heading", name="Nell New")).to_be_visible()
    acts.look_at(page, "person-invited")

    new = window(javascript=False)
    new.goto(resets.link(User.objects.get(name="Nell New")))
    acts.photograph(new, "choose-password", 1280)
    new.locator("[name=password1]").fill(NEW)
    new.locator("[name=password2]").fill(NEW)
    new.get_by_role("button", name="Change password").click()
    new.get_by_role("link", name="Sign in").first.click()
    new.get_by_label("Email").fill("nell@example.org")
    new.get_by_label("Password").fill(NEW)
    new.get_by_role("button", name="Sign in", exact=True).click()
    expect(new.get_by_role("link", name="Record a concern")).to_be_visible()

    page.locator(".panel .btn", has_text="Change").click()
    page.get_by_label("Who covers").select_option("Casey Counselor")
    page.get_by_label("Receives concerns").select_option("As backup (Sam Socialworker)")
    acts.look_at(page, "change_role")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Sam Socialworker does not receive concerns")).to_be_visible()
    page.locator(".panel .btn", has_text="End").click()
    expect(page.get_by_role("button", name="End the role")).to_be_visible()
    acts.look_at(page, "end_role")
    page.get_by_role("button", name="End the role").click()
    expect(page.get_by_text("The role ends with that day.")).to_be_visible()
    page.get_by_role("link", name="Close the account").click()
    page.get_by_role("button", name="Close the account").click()
    expect(page.get_by_text("signed out everywhere")).to_be_visible()
    assert page.get_by_text("Nell New").count() == 0
    new.goto("/")
    expect(new.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.thorough
def test_the_pages_of_the_staff(window: Window, staff: make.Staff) -> None:
    make.case(staff)
    officer = make.user("Oz Officer", Role.SRO, staff.school, agreed_on=None)
    workflow.close_account(actor=staff.liaison, person=staff.teacher, at=database_now())
    page = window(staff.liaison)
    rows = {"counselor": staff.counselor, "officer": officer, "counsel": staff.counsel}
    roles = {name: person.memberships.get().pk for name, person in rows.items()}
    for name, path in {
        "people-liaison": reverse("district:people"),
        "people-left": reverse("district:people") + "?state=left",
        "person": reverse("district:person", args=[staff.counselor.pk]),
        "person-closed": reverse("district:person", args=[staff.teacher.pk]),
        "person-officer": reverse("district:person", args=[officer.pk]),
        "person-self": reverse("district:person", args=[staff.liaison.pk]),
        "invite_person": reverse("district:invite_person"),
        "give_role": reverse("district:give_role", args=[staff.counselor.pk]),
        "end_role-carries": reverse("district:end_role", args=[roles["counselor"]]),
        "change_role-counsel": reverse("district:change_role", args=[roles["counsel"]]),
        "record_agreement": reverse("district:record_agreement", args=[roles["officer"]]),
        "change_person": reverse("district:change_person", args=[staff.counselor.pk]),
        "close_account": reverse("district:close_account", args=[staff.counselor.pk]),
        "reopen_account": reverse("district:reopen_account", args=[staff.teacher.pk]),
    }.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        acts.look_at(page, name)
