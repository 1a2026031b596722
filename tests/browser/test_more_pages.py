"""The pages that are seldom seen: the form of each part, a case that is void, and what an error says."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases import permissions, workflow
from cases.models import CasePerson
from csec import errors
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
@pytest.mark.parametrize("track", ["suspected_recruiter", "confirmed_victim"])
def test_the_form_of_each_part(track: str, window: Window, staff: make.Staff) -> None:
    case = make.case(staff, track)
    by = staff.administrator if track == "suspected_recruiter" else staff.counselor
    make.asked_in(case, by, staff.sro)
    seen = set()
    for person in (staff.counselor, staff.administrator, staff.sro):
        mine = make.as_seen(case, person)
        with acting_as(person.pk):
            parts = [
                part
                for part in make.parts(case, person)
                if permissions.can_record_outcome(person, mine, part) and part.part not in seen
            ]
        page = window(person)
        for part in parts:
            seen.add(part.part)
            response = page.goto(reverse("cases:record_outcome", args=[case.pk, part.pk]))
            assert response is not None
            assert response.status == 200, part.part
            acts.look_at(page, f"part-{track}-{part.part}")
    assert len(seen) == {"suspected_recruiter": 6, "confirmed_victim": 10}[track]


def test_a_case_that_is_void(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    look(window(staff.counselor), "case-void", case.get_absolute_url())


def test_what_an_error_says(window: Window, staff: make.Staff, rf: Any) -> None:
    page = window(staff.counselor)
    page.goto(reverse("home"))
    sent = rf.post("/", {store.FIELD: "x", "account": "Typed at length.\nAnd on."})
    pages = {str(status): errors.page(rf.get("/"), status) for status in (400, 403, 404, 500)}
    pages |= {"403-csrf": errors.page(rf.get("/"), 403, "403_csrf.html"), "503": errors.unanswered(sent)}
    for name, answer in pages.items():
        page.set_content(answer.content.decode())
        acts.look_at(page, f"error-{name}")


def test_the_pages_of_who_is_on_a_case_and_who_is_kept_from_it(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Her uncle.", at=AT
    )
    with acting_as(staff.liaison.pk):
        kept_away = CasePerson.objects.get(case=case, excluded=True)
    counselor, liaison = window(staff.counselor), window(staff.liaison)
    look(counselor, "add_person-substitute", reverse("cases:add_person", args=[case.pk]))
    look(counselor, "exclude_person", reverse("cases:exclude_person", args=[case.pk]))
    look(liaison, "readmit_person", reverse("cases:readmit_person", args=[case.pk, kept_away.pk]))
    look(liaison, "case-kept-from", case.get_absolute_url())
    liaison.get_by_role("link", name="let in again").press("Enter")
    liaison.get_by_label("Reason").press_sequentially("A namesake.")
    liaison.keyboard.press("Tab")
    liaison.keyboard.press("Enter")
    liaison.get_by_text("The case is no longer kept from them.").wait_for()


def test_ones_own_duty_to_report(window: Window, staff: make.Staff) -> None:
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    [duty] = make.duties(staff.teacher)
    page = window(staff.teacher)
    look(page, "duty-home", reverse("home"))
    look(page, "duty-concern", concern.get_absolute_url())
    for name in ("report_duty", "record_report", "confirm_joint_report", "correct_learned_at"):
        look(page, f"duty-{name}", reverse(f"cases:{name}", args=[duty.pk]))
    given = {"actor": staff.teacher, "duty": duty, "at": AT}
    workflow.correct_learned_at(**given, learned_at=AT - timedelta(hours=1), reason="Mistyped.")
    workflow.confirm_joint_report(**given, agency="Child Welfare Services", made_at=AT)
    look(page, "duty-ended", reverse("cases:report_duty", args=[duty.pk]))
    carer = window(staff.counselor)
    look(carer, "duty-reports-of-case", reverse("cases:case_reports", args=[case.pk]))
    look(carer, "duty-case", case.get_absolute_url())
    make.own_report(case, staff.counselor)
    look(carer, "duty-close", reverse("cases:close_case", args=[case.pk]))
