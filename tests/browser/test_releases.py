"""What leaves the school, and a request for records from the office to counsel's answer: by keyboard alone."""

import pytest
from django.urls import reverse

from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
def test_the_pages_of_what_left_the_school(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    make.on_case_as_counsel(case, staff)
    first = make.released(case, staff.counselor)
    make.released(
        case,
        staff.administrator,
        corrects=first.pk,
        basis="emergency",
        threat="He waits at the gate.",
        persons="Officer Dale, to protect the student.",
    )
    make.interviewed(case, staff.counselor)
    make.records_request(staff)
    counselor, counsel = window(staff.counselor), window(staff.counsel)
    look(counselor, "releases_of_case", reverse("cases:releases_of_case", args=[case.pk]))
    for name in ("record_release", "record_interview"):
        look(counselor, name, reverse(f"cases:{name}", args=[case.pk]))
    look(counsel, "review_releases", reverse("cases:review_releases", args=[case.pk]))


@pytest.mark.thorough
def test_a_request_for_records_goes_from_the_office_to_counsel(window: Window, staff: make.Staff) -> None:
    now = database_now()
    case = make.case(staff, at=now)
    make.record(
        case,
        staff.administrator,
        "impact",
        at=now,
        values={"areas_checked": ["recruitment"], "impact_found": False},
    )
    make.released(case, staff.counselor, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    unknown = make.records_request(staff, student=None, student_described="Gray Graduate.", at=now)
    teacher, counsel, liaison = window(staff.teacher), window(staff.counsel), window(staff.liaison)
    look(teacher, "log_records_request", reverse("cases:log_records_request"))
    teacher.get_by_label("Student", exact=True).press_sequentially("Brook")
    teacher.get_by_role("button", name="Find").press("Enter")
    teacher.get_by_role("radio").first.press("Space")
    teacher.get_by_label("Who asks?").select_option("parent")
    teacher.get_by_label("Their name, and how to reach them").press_sequentially("Robin Brook, 555-0161")
    teacher.get_by_label("What do they ask for?").press_sequentially("Everything in the file.")
    teacher.get_by_label("How it came").select_option("in_person")
    acts.look_at(teacher, "log_records_request-filled")
    teacher.get_by_role("button", name="Log the request").press("Enter")
    teacher.get_by_text("Logged: legal counsel answers.").wait_for()
    acts.look_at(teacher, "records_requests-office")
    look(liaison, "home-liaison-records", reverse("home"))
    look(liaison, "match_records_request", reverse("cases:match_records_request", args=[unknown.pk]))
    look(counsel, "home-counsel", reverse("home"))
    counsel.get_by_role("link", name="Avery Brook").press("Enter")
    counsel.get_by_role("heading", name="Request for records").wait_for()
    acts.look_at(counsel, "records_request")
    counsel.get_by_role("link", name="Open one for this request").press("Enter")
    acts.look_at(counsel, "open_requested_case")
    counsel.get_by_role("button", name="Open it").press("Enter")
    counsel.get_by_role("heading", name="What the record holds").wait_for()
    acts.look_at(counsel, "preview_records")
    counsel.get_by_role("link", name="The request, answer due").press("Enter")
    counsel.get_by_role("link", name="Answer").press("Enter")
    acts.look_at(counsel, "answer_records_request")
    counsel.get_by_label("Released, and a part withheld").press("Space")
    counsel.get_by_label("If released: what").press_sequentially("Attendance.")
    counsel.get_by_role("checkbox").first.press("Space")
    counsel.get_by_label("If a part was withheld").press_sequentially("It names others.")
    counsel.get_by_label("why do you answer without that?").press_sequentially("Read today, entry by entry.")
    counsel.locator("form.verb button.btn-primary").press("Enter")
    counsel.get_by_text("What was opened to you for it alone is closed to you again.").wait_for()
    acts.look_at(counsel, "records_request-answered")
