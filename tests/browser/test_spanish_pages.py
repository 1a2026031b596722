"""Who reads Spanish reads Spanish: on every page, with no sentence of ours left in English, and as easily as others."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from csec.accounts.models import User
from tests import catalog, make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.browser.test_paper import printed, ten_numbers
from tests.cases.test_queries import everything_waits

pytestmark = pytest.mark.django_db(transaction=True)

SPANISH = "es-US"


def check_spanish(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == "es", page.url
    assert catalog.in_english(page.inner_text("body")) == [], page.url


def read(page: Page, name: str, path: str) -> None:
    look(page, f"es-{name}", path)
    check_spanish(page)


def chosen(person: User) -> User:
    """Somebody who has chosen Spanish for themselves."""
    User.objects.using("owner").filter(pk=person.pk).update(language="es")
    return person


def test_the_public_pages_are_in_the_language_of_the_browser_and_switch_without_a_script(
    window: Window, staff: make.Staff
) -> None:
    page = window(locale=SPANISH, javascript=False)
    for path in ("/emergency/cards/", "/protocol/", reverse("cases:blank_concern"), "/emergency/"):
        page.goto(path)
        check_spanish(page)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/emergency/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Emergency card")
    page.goto("/protocol/")
    page.get_by_role("link", name="Español").press("Enter")
    expect(page).to_have_url(re.compile("/protocol/$"))
    expect(page.get_by_text("Traducción; decide la página impresa en inglés.")).to_be_visible()


@pytest.mark.thorough
def test_the_public_pages_in_spanish_are_as_easy_to_read(window: Window, staff: make.Staff) -> None:
    page = window(locale=SPANISH)
    for name, path in {
        "emergency": "/emergency/",
        "cards": "/emergency/cards/",
        "protocol": "/protocol/",
        "blank": reverse("cases:blank_concern"),
        "sign-in": reverse("account_login"),
        "reset": reverse("account_reset_password"),
    }.items():
        read(page, name, path)


@pytest.mark.thorough
def test_what_is_printed_comes_out_on_one_sheet_in_spanish_as_well(window: Window, staff: make.Staff) -> None:
    ten_numbers()
    case = make.case(staff)
    report = make.part(case, staff.counselor, "report")
    page = window(chosen(staff.counselor), locale=SPANISH)
    for path, sheets in {
        "/emergency/": 1,
        "/emergency/cards/": 3,
        "/protocol/": 1,
        reverse("cases:blank_concern"): 1,
        reverse("cases:report_sheet", args=[case.pk, report.pk]): 1,
    }.items():
        page.goto(path)
        assert len(printed(page).pages) == sheets, path
    page.goto("/protocol/")
    assert "Traducción; decide la página impresa en inglés." in " ".join(printed(page).pages[0].split())


def test_somebody_changes_their_language_where_they_are_and_finds_it_changed_elsewhere(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.counselor)
    page.goto(reverse("cases:concerns"))
    page.get_by_role("button", name="Español").press("Enter")
    expect(page).to_have_url(re.compile(f"{reverse('cases:concerns')}$"))
    check_spanish(page)
    elsewhere = window(staff.counselor)
    read(elsewhere, "language", reverse("choose_language"))
    expect(elsewhere.get_by_label("Español")).to_be_checked()
    elsewhere.get_by_label("El idioma que pida mi navegador").check()
    elsewhere.get_by_role("button", name="Guardar").click()
    expect(elsewhere.get_by_text("Your language is changed.")).to_be_visible()


@pytest.mark.thorough
def test_the_first_screen_of_each_role_in_spanish(window: Window, staff: make.Staff) -> None:
    everything_waits(staff)
    for role in ("counselor", "administrator", "liaison", "counsel", "sro", "teacher"):
        read(window(chosen(getattr(staff, role))), f"home-{role}", reverse("home"))


@pytest.mark.thorough
def test_the_main_job_in_spanish(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    page = window(chosen(staff.counselor))
    for name in ("new_concern", "log_concern", "cases", "search", "calendar", "enter_away"):
        read(page, name, reverse(f"cases:{name}"))
    read(page, "case", case.get_absolute_url())
    for name in ("report", "consult", "contact_guardian", "offer_referral"):
        part = make.part(case, staff.counselor, name)
        read(page, f"record-{name}", reverse("cases:record_outcome", args=[case.pk, part.pk]))
    for name in ("timeline", "safety", "reclassify", "close_case", "make_paper"):
        read(page, name, reverse(f"cases:{name}", args=[case.pk]))
    # What is wrong with a form is said in Spanish as well, and what was typed is kept.
    page.goto(reverse("cases:log_concern"))
    page.locator("#id_account").fill("Two cars.")
    page.locator("[name^=first_known_at]").first.fill("")
    page.get_by_role("button", name="Enviar la inquietud").click()
    check_spanish(page)
    acts.look_at(page, "es-log_concern-wrong")
    expect(page.locator("#id_account")).to_have_value("Two cars.")


@pytest.mark.thorough
def test_the_pages_of_the_district_in_spanish(window: Window, staff: make.Staff) -> None:
    make.case(staff)
    page = window(chosen(staff.liaison))
    for name in ("people", "district", "change_district", "add_school", "invite_person", "closures"):
        read(page, name, reverse(f"district:{name}"))
    for name in ("figures", "all_schools", "records_requests", "log_records_request"):
        read(page, name, reverse(f"cases:{name}"))
