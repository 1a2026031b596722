"""Every page, on a phone and on a desk: axe finds nothing, nothing is scrolled sideways, the console is silent."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import workflow
from csec.directory.models import Closure
from csec.identity import acting_as
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.cases.reminders.worker import swept
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


def look(page: Page, name: str, path: str) -> None:
    """Open a page and look at it at both widths."""
    response = page.goto(path)
    assert response is not None
    assert response.status == 200, path
    acts.look_at(page, name)


def test_the_pages_that_open_without_sign_in(window: Window, staff: make.Staff) -> None:
    page = window()
    look(page, "emergency", reverse("directory:emergency_card"))
    look(page, "cards", reverse("directory:cards"))
    look(page, "protocol", reverse("protocols:protocol"))
    look(page, "blank", reverse("cases:blank_concern"))
    look(page, "sign-in", reverse("account_login"))
    look(page, "reset", reverse("account_reset_password"))


@pytest.mark.thorough
def test_the_pages_of_a_concern(window: Window, staff: make.Staff) -> None:
    concern = make.concern(staff, words="“They said I have to.”", observed="Seen twice.", source="student")
    counselor, teacher = window(staff.counselor), window(staff.teacher)
    for name in ("concerns", "new_concern", "log_concern"):
        look(counselor, name, reverse(f"cases:{name}"))
    for name in ("concern", "match_concern", "attach_concern", "close_concern", "open_case"):
        look(counselor, name, reverse(f"cases:{name}", args=[concern.pk]))
    look(teacher, "home-teacher", reverse("home"))
    look(teacher, "concern-teacher", reverse("cases:concern", args=[concern.pk]))
    look(teacher, "supplement_concern", reverse("cases:supplement_concern", args=[concern.pk]))
    look(teacher, "concern_sheet", reverse("cases:concern_sheet", args=[concern.pk]))
    make.case(staff, about=make.concern(staff))
    look(counselor, "concern-same-student", reverse("cases:concern", args=[concern.pk]))
    look(counselor, "open_case-same-student", reverse("cases:open_case", args=[concern.pk]))


@pytest.mark.thorough
def test_the_pages_of_a_case(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    request = workflow.request_sro(
        actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT, values={}
    )
    impact = make.part(case, staff.administrator, "impact")
    entry = workflow.record_outcome(
        actor=staff.administrator,
        part=impact,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"areas_checked": ["recruitment"], "impact_found": False},
        at=AT,
    )
    counselor, sro = window(staff.counselor), window(staff.sro)
    administrator, liaison = window(staff.administrator), window(staff.liaison)
    look(counselor, "home-counselor", reverse("home"))
    look(sro, "home-sro", reverse("home"))
    look(administrator, "home-administrator", reverse("home"))
    look(administrator, "cases", reverse("cases:cases"))
    look(counselor, "case-counselor", case.get_absolute_url())
    look(sro, "case-sro", case.get_absolute_url())
    look(administrator, "case-administrator", case.get_absolute_url())
    for name in ("reclassify", "close_case", "correct_student", "add_person"):
        look(counselor, name, reverse(f"cases:{name}", args=[case.pk]))
    look(liaison, "void_case", reverse("cases:void_case", args=[case.pk]))
    for part in ("report", "contact_guardian"):
        row = make.part(case, staff.counselor, part)
        look(counselor, f"record-{part}", reverse("cases:record_outcome", args=[case.pk, row.pk]))
    report = make.part(case, staff.counselor, "report")
    look(counselor, "report_sheet", reverse("cases:report_sheet", args=[case.pk, report.pk]))
    called = {"phoned_at": AT, "agency": "Child Welfare Services"}
    make.record(
        case,
        staff.counselor,
        "report",
        "unable",
        values=called,
        reason="Telephoned; the written report follows",
        review_on=AT.date(),
    )
    look(counselor, "case-called", case.get_absolute_url())
    look(administrator, "correct_entry", reverse("cases:correct_entry", args=[case.pk, entry.pk]))
    look(sro, "decline_request", reverse("cases:decline_request", args=[case.pk, request.pk]))
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    look(sro, "report_back", reverse("cases:report_back", args=[case.pk, request.pk]))


@pytest.mark.thorough
def test_the_pages_of_a_case_that_was_closed(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, "suspected_recruiter")
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Helps.",
        at=AT,
    )
    counselor = window(staff.counselor)
    look(counselor, "remove_person", reverse("cases:remove_person", args=[case.pk, row.pk]))
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
    look(counselor, "case-closed", case.get_absolute_url())
    look(counselor, "cases-closed", reverse("cases:cases") + "?state=closed")
    look(counselor, "reopen_case", reverse("cases:reopen_case", args=[case.pk]))


@pytest.mark.thorough
def test_the_pages_of_a_case_that_was_reclassified(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )
    counselor = window(staff.counselor)
    look(counselor, "case-reclassified", case.get_absolute_url())
    notify = make.part(case, staff.counselor, "notify")
    look(counselor, "request_sro", reverse("cases:request_sro", args=[case.pk, notify.pk]))


@pytest.mark.thorough
def test_the_pages_of_regular_contact(window: Window, staff: make.Staff) -> None:
    now = timezone.now()
    monday = now.date() + timedelta(days=7 - now.date().weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))
    case = make.case(staff, at=AT - timedelta(days=14))
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    part = make.part(case, staff.counselor, "regular_contact")
    counselor, administrator = window(staff.counselor), window(staff.administrator)
    at = reverse("cases:record_checkin", args=[case.pk, part.pk])
    look(counselor, "record_checkin-no-way", at)
    make.record(
        case,
        staff.counselor,
        "regular_contact",
        "unable",
        reason="Absent; her friend says that a man fetched her.",
        values={"safe_way": "In the library, third period", "student_safe": "no"},
    )
    make.missing(staff.teacher, staff.student)
    look(counselor, "record_checkin", at)
    look(administrator, "record_checkin-unread", at)
    look(counselor, "case-alert-late", case.get_absolute_url())
    look(administrator, "case-alert-late-administrator", case.get_absolute_url())
    look(counselor, "home-alert", reverse("home"))
    look(administrator, "home-alert-administrator", reverse("home"))
    make.reported(case, staff.counselor)
    look(administrator, "close_case-late", reverse("cases:close_case", args=[case.pk]))
    look(counselor, "what_now", reverse("cases:what_now", args=[case.pk]))
    look(counselor, "plan_checkins", reverse("cases:plan_checkins", args=[case.pk]))
    look(counselor, "breaks", reverse("cases:breaks_of_case", args=[case.pk]))
    first_day = (monday - timedelta(days=2)).isoformat()
    look(counselor, "plan_break", reverse("cases:plan_break", args=[case.pk, first_day]))
    page = counselor
    page.get_by_label("The service provider goes on").check()
    page.get_by_label("Otherwise: who it is there").fill("Harbor Youth Services, 555-0150")
    page.locator("[name=how]").fill("By the telephone that she called safe.")
    page.get_by_role("button", name="Set the plan for the break").click()
    page.get_by_text("The plan for the break is set.").wait_for()
    look(counselor, "breaks-planned", reverse("cases:breaks_of_case", args=[case.pk]))
    late = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.administrator, case=case, subject=late.pk, at=now)
    look(counselor, "case-taken-over", case.get_absolute_url())


@pytest.mark.thorough
def test_the_pages_of_a_missing_student_and_of_days_away(window: Window, staff: make.Staff) -> None:
    today = timezone.now().date()
    concern = make.concern(staff)
    for person in (staff.counselor, staff.administrator):
        workflow.enter_away(actor=person, person=person, first_day=today, last_day=today, at=timezone.now())
    teacher, administrator = window(staff.teacher), window(staff.administrator)
    look(administrator, "enter_away", reverse("cases:enter_away"))
    look(teacher, "enter_away-teacher", reverse("cases:enter_away"))
    look(teacher, "report_absence", reverse("cases:report_absence"))
    teacher.get_by_label("Student", exact=True).fill("Avery")
    teacher.get_by_role("button", name="Find").click()
    teacher.get_by_label("Avery Brook").check()
    acts.look_at(teacher, "report_absence-found")
    teacher.get_by_role("button", name="Enter").click()
    teacher.get_by_text("this page never says whether there is anybody").wait_for()

    look(administrator, "home-missing", reverse("home"))
    look(administrator, "concern-missing", concern.get_absolute_url())


@pytest.mark.thorough
def test_the_first_screens_when_somebody_has_left(window: Window, staff: make.Staff) -> None:
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.concern(staff)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises today.", at=AT)
    for person in (staff.counselor, staff.social_worker):
        person.memberships.update(until=AT.date())
    page = window(staff.administrator)
    look(page, "home-nobodys", reverse("home"))
    look(page, "case-nobodys", case.get_absolute_url())
    look(page, "concern-added", concern.get_absolute_url())
    page.get_by_role("button", name="I have read it").press("Enter")
    page.get_by_text("Something was added").wait_for(state="detached")


def test_the_page_that_signs_in_the_invented_staff(window: Window, staff: make.Staff, settings: Any) -> None:
    settings.ROOT_URLCONF, settings.DEMO = "tests.demo.urls", True
    look(window(), "demo", reverse("demo:people"))


def test_what_cannot_wait_is_taken_over_and_ended_by_keyboard(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=AT - timedelta(days=14))
    make.asked_in(case, staff.counselor, staff.sro, at=AT - timedelta(days=14))
    make.missing(staff.teacher, staff.student)
    with acting_as(staff.counselor.pk):
        alert = case.alerts.get()
    page = window(staff.administrator, width=390)
    look(page, "home-unanswered", reverse("home"))
    look(page, "end_alert", reverse("cases:end_alert", args=[case.pk, alert.pk]))
    page.goto(case.get_absolute_url())
    page.get_by_role("button", name="I see to it").press("Enter")
    page.get_by_text("Ada Administrator sees to it since").wait_for()
    look(page, "case-alert-taken", case.get_absolute_url())
    page.get_by_role("link", name="Write down what was found").press("Enter")
    page.get_by_label("What was found").press_sequentially("She is with her aunt.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Recorded. It no longer stands on the first screens.").wait_for()
    assert page.get_by_role("link", name="Write down what was found").count() == 0
    expect(page.get_by_text("She is with her aunt.")).to_be_visible()


@pytest.mark.thorough
def test_the_history_of_the_reminders_and_the_calendar(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=AT - timedelta(days=14))
    swept(AT)
    page = window(staff.administrator)
    look(page, "reminders", reverse("cases:reminders"))
    look(page, "case_reminders", reverse("cases:case_reminders", args=[case.pk]))
    look(page, "calendar", reverse("cases:calendar"))
    page.get_by_role("button", name="Make an address").press("Enter")
    page.get_by_label("Subscribe to this address").wait_for()
    acts.check_accessible(page)
    acts.check_fits(page)
