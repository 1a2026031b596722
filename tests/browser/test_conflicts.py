"""Two windows at once, a session that ends, a form that is not taken: what was typed stays on the screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import workflow
from csec.accounts.models import Session
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_of_two_people_reads_who_was_first_and_keeps_the_text(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff)
    second = make.user("Billie Backup", "administrator", staff.school)
    part = make.part(case, staff.administrator, "impact")
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    first, other = window(staff.administrator), window(second)
    for page in (first, other):
        page.goto(path)
        page.get_by_label("Unable so far").check()
        page.get_by_label("Look at it again on").fill("2027-06-01")
    first.get_by_label("Reason").fill("The gym is closed.")
    other.get_by_label("Reason").fill("I could not reach the coach.")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Recorded. It stays open")).to_be_visible()
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Ada Administrator recorded “Unable so far”")
    expect(other.get_by_label("Reason")).to_have_value("I could not reach the coach.")
    acts.check_accessible(other)


def test_a_case_closed_meanwhile_is_said_and_the_text_kept(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, "suspected_recruiter")
    part = make.part(case, staff.administrator, "impact")
    page = window(staff.administrator)
    page.goto(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    make.opted_out(case)
    left = make.left_open(case, staff.counselor)
    workflow.close_case(
        actor=staff.counselor,
        case=case,
        outcome="other",
        reason="Over.",
        left_open=left,
        last_look="Well.",
        at=AT,
    )
    page.get_by_label("Done").check()
    page.get_by_label("What was found").fill("Nothing in the north wing.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Casey Counselor closed this case")
    expect(page.get_by_label("What was found")).to_have_value("Nothing in the north wing.")


def test_a_half_written_concern_comes_back_after_the_session_was_deleted(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.teacher)
    page.goto(reverse("cases:log_concern"))
    page.get_by_label("What did you see or hear?").fill("A car waits for her every Friday.")
    expect(page.get_by_text("Saved as a draft")).to_be_visible(timeout=10_000)
    Session.objects.all().delete()
    again = window(staff.teacher)
    again.goto(reverse("cases:log_concern"))
    expect(again.get_by_label("What did you see or hear?")).to_have_value("A car waits for her every Friday.")
    expect(again.get_by_text("It was kept for you")).to_be_visible()


def test_a_form_sent_after_sign_out_comes_back_behind_the_sign_in_page(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.teacher, javascript=False)
    page.goto(reverse("cases:log_concern"))
    page.get_by_label("What did you see or hear?").fill("A car waits for her every Friday.")
    page.get_by_label("When did you first know or suspect?").fill("2026-11-20T14:40")
    Session.objects.all().delete()
    page.get_by_role("button", name="Send the concern").click()
    page.get_by_label("Email").fill(staff.teacher.email)
    page.get_by_label("Password").first.fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("What did you see or hear?")).to_have_value("A car waits for her every Friday.")
    page.get_by_role("button", name="Send the concern").click()
    expect(page.get_by_role("heading", name="Received")).to_be_visible()


def test_what_cannot_be_taken_is_said_beside_its_field_and_kept(window: Window, staff: make.Staff) -> None:
    page = window(staff.teacher)
    page.goto(reverse("cases:log_concern"))
    page.get_by_label("What did you see or hear?").fill("x" * 5001)
    page.get_by_label("When did you first know or suspect?").fill("2036-11-20T14:40")
    page.get_by_role("button", name="Send the concern").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("Too long: at most 5000 characters, this has 5001")
    field = page.get_by_label("What did you see or hear?")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert len(field.input_value()) == 5001
    field.fill(acts.ACCOUNT)
    page.get_by_role("button", name="Send the concern").click()
    expect(page.get_by_role("alert")).to_contain_text("This lies in the future")
    acts.check_accessible(page)


def test_the_main_job_needs_no_script(window: Window, staff: make.Staff) -> None:
    teacher, counselor = window(staff.teacher, javascript=False), window(staff.counselor, javascript=False)
    acts.log_concern(teacher, student="Avery Brook")
    expect(teacher.get_by_role("heading", name="Received")).to_be_visible()
    acts.open_case(counselor, "Suspected victim of CSEC")
    acts.record(counselor, "Report to Child Welfare Services")


def test_a_concern_is_recorded_by_keyboard_alone(window: Window, staff: make.Staff) -> None:
    page = window(staff.teacher, width=390)
    page.goto("/")

    def tab_to(name: str, role: str = "link") -> None:
        acts.tab_to(page, name, role)

    tab_to("Record a concern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/concerns/new/")
    tab_to("Record the concern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/concerns/log/")
    tab_to("What did you see or hear?", "textbox")
    page.keyboard.type(acts.ACCOUNT)
    page.keyboard.press("Tab")
    # Day and time in one go: the year has four digits.
    page.keyboard.type("112020260240PM")
    tab_to("Send the concern", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Received")).to_be_visible()


def test_a_check_in_is_recorded_on_a_phone_by_keyboard_alone(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=AT - timedelta(days=14))
    page = window(staff.counselor, width=390)
    page.goto("/")
    acts.tab_to(page, "Regular contact")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    acts.tab_to(page, "Record a check-in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-in/")
    # Of a group of answers the Tab key reaches the first.
    acts.tab_to(page, "Yes", "radio")
    page.keyboard.press("Space")
    safe = page.get_by_role("group", name="Is the student safe for now?").get_by_role("radio").first
    while not safe.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Slept well.")
    acts.tab_to(page, "Save", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded.", exact=True)).to_be_visible()
    assert [state for _day, state in make.check_ins(case, staff.counselor)] == ["seen", "waiting"]


@pytest.mark.thorough
def test_two_who_record_the_same_check_in_and_the_second_keeps_the_text(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff)
    part = make.part(case, staff.counselor, "regular_contact")
    path = reverse("cases:record_checkin", args=[case.pk, part.pk])
    first, other = window(staff.counselor), window(staff.administrator, width=390)
    for page in (first, other):
        page.goto(path)
        page.get_by_role("group", name="Did you see the student?").get_by_label("No").check()
        page.get_by_label("If not, why not?").fill("Absent today.")
    other.get_by_label("How the student is").fill("Her friend says she is at home.")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("The attempt is recorded.")).to_be_visible()
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Casey Counselor recorded “Unable so far”")
    expect(other.get_by_label("How the student is")).to_have_value("Her friend says she is at home.")
    acts.check_accessible(other)
    acts.check_fits(other)
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("The attempt is recorded.")).to_be_visible()


@pytest.mark.thorough
def test_a_check_in_needs_no_script(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    page = window(staff.counselor, width=390, javascript=False)
    page.goto(case.get_absolute_url())
    acts.check_in(page)
    page.get_by_role("link", name="Set the schedule").click()
    page.get_by_label("On days of the week").check()
    page.get_by_label("Monday").check()
    page.get_by_role("button", name="Set the schedule").click()
    expect(page.get_by_text("each Monday")).to_be_visible()
