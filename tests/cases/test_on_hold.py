"""Contact with parents while it is on hold: late with nobody, urged to nobody, and next after everything else."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from cases import parents, workflow
from cases.models import Case
from cases.reading.asked import Asked
from cases.reading.case import CasePage
from cases.reading.glance import Glance
from cases.reading.lists import list_cases
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, decided, later
from tests.make import AT, DAY
from tests.papers import read

LATER = AT + 9 * DAY


def lateness(case: Case, reader: User) -> dict[str, Any]:
    """Whether contact is late: at home, in the list of cases and on the page of its case."""
    seen = make.as_seen(case, reader)
    with acting_as(reader.pk):
        seen.parents_frozen = parents.frozen(seen)  # type: ignore[attr-defined]
        asked = Asked(reader, LATER)
        cases = Case.objects.visible_to(reader)
        (row,) = list_cases(cases, reader, sort="late", after=None, at=LATER).rows
        page = CasePage(seen, reader, LATER)
        (view,) = (one for one in page.parts if one.row.kind == "parent_contact")
        at_home = [one for one in asked.parts if one.pk == view.row.pk]
        in_list = next(one for one in row.parts if one.pk == view.row.pk)
        if at_home and not view.late:
            assert asked.parts[-1] == view.row
            assert Glance(page).next != view
            assert row.next_part != view.row
            when = render_to_string("cases/_when.html", {"part": view, "page": page, "unset": True})
            assert not when.strip()
        said = {asked.late(one) for one in at_home} | {row._is_late(in_list), view.late}
        return {"late": said, "word": str(view.word)}


@pytest.mark.django_db
def test_contact_that_is_on_hold_is_late_with_nobody_and_next_after_everything_else() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    day = AT.date() + DAY
    make.record(case, staff.counselor, "contact_guardian", "unable", reason="Not yet.", review_on=day)
    held = {"late": {False}, "word": "On hold"}
    assert lateness(case, staff.administrator) == held
    decided(case, staff.administrator, "withhold")
    assert lateness(case, staff.administrator) == held
    shown = read(make.paper(case, staff.counselor, sections=["track"]).content).text
    assert "On hold" in shown
    part = make.part(case, staff.counselor, "decide_contact")
    with acting_as(staff.counselor.pk):
        entry = part.entries.get()
    given: dict[str, Any] = {
        "outcome": "reopened",
        "happened_at": later(1),
        "reason": "Anew.",
        "at": later(1),
    }
    workflow.correct_entry(actor=staff.counselor, entry=entry, **given)
    decided(case, staff.administrator, at=later(2))
    assert lateness(case, staff.administrator) == {"late": {True}, "word": "Late"}
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Doubts.", at=later(3))
    assert lateness(case, staff.administrator) == held | {"word": "Frozen"}


@pytest.mark.django_db
def test_what_has_no_day_stands_by_its_case_in_the_order_of_its_steps() -> None:
    staff = make.Staff()
    for who in (staff.student, make.student(staff.school, "Sam")):
        make.case(staff, about=make.concern(staff, student=who))
    with acting_as(staff.counselor.pk):
        parts = [one for one in Asked(staff.counselor, AT).parts if not one.due_at and not one.on_hold]
    order = [(str(one.case_id), one.position) for one in parts]
    assert len({case for case, _position in order}) == 2
    assert order == sorted(order)
