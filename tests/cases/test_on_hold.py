"""Contact with parents while it is on hold: late with nobody, urged to nobody, and next after everything else."""

from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cases import parents, workflow
from cases.models import Case, ParentHold, StepPart
from cases.models.cases import NEVER
from cases.reading.asked import Asked
from cases.reading.case import CasePage
from cases.reading.district import list_district
from cases.reading.feed import feed_of
from cases.reading.glance import Glance
from cases.reading.lists import list_cases
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import School, Student
from csec.identity import acting_as
from district import workflow as district_workflow
from tests import make
from tests.cases.lateness import wrongly_kept
from tests.cases.parents import ADVISED, consulted, decided, holds, later, taken_along
from tests.cases.reminders.worker import swept
from tests.cases.test_of_age import ADULT
from tests.cases.test_races import at_once
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
        listed = list_cases(cases, reader, sort="late", after=None, at=LATER).rows
        row = next(one for one in listed if one.case.pk == case.pk)
        page = CasePage(seen, reader, LATER)
        (view,) = (one for one in page.parts if one.row.kind == "parent_contact")
        at_home = [one for one in asked.parts if one.pk == view.row.pk]
        in_list = next(one for one in row.parts if one.pk == view.row.pk)
        if at_home and not view.late:
            assert [one.on_hold for one in asked.parts] == sorted(one.on_hold for one in asked.parts)
            assert at_home[0].on_hold
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


DAY_AFTER = AT.date() + DAY


def kept_late(case: Case, staff: make.Staff) -> dict[str, Any]:
    """What contact with parents makes late: the order of the lists, the liaison's, search, the figures, a calendar."""
    with acting_as(staff.liaison.pk):
        row = next(one for one in list_district(None, AT).rows if one.pk == case.pk)
    client = Client()
    client.force_login(staff.administrator)
    figures = client.get(reverse("cases:figures")).context["figures"].all
    (waiting,) = (one for one in figures if one.slug == "waiting")
    found = client.post(reverse("cases:search"), {"words": case.number}).context["found"]
    with acting_as(staff.counselor.pk):
        late_from = Case.objects.get(pk=case.pk).late_from.astimezone(case.school.zone)
        events = Calendar.from_ical(feed_of(staff.counselor, AT)).walk("VEVENT")
    assert wrongly_kept() == []
    return {
        "first": (late_from.date(), late_from.time()) == (DAY_AFTER + DAY, time()),
        "district": row.late,
        "figures": sum(int(str(line.cells[0])) for line in waiting.lines),
        "search": [one.late for one in found.cases if one.case.pk == case.pk],
        "calendar": DAY_AFTER in {event["dtstart"].dt for event in events},
    }


def tried(staff: make.Staff, case: Case) -> None:
    """Contact was tried, with a day to look again, and nothing else in the case has a day."""
    given: dict[str, Any] = {"reason": "Not yet.", "review_on": DAY_AFTER}
    make.record(case, staff.counselor, "contact_guardian", "unable", **given)
    make.opted_out(case)
    with acting_as(staff.counselor.pk):
        rest = StepPart.objects.filter(case=case).exclude(part="contact_guardian")
        rest.update(due_at=None, next_on=None)


@pytest.mark.django_db
def test_nor_is_it_late_in_the_order_of_the_lists_in_search_in_the_figures_and_in_a_calendar() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    consulted(case, staff.counselor)
    tried(staff, case)
    held = kept_late(case, staff)
    assert (held["first"], held["search"], held["calendar"]) == (False, [False], False)
    asked = {
        "first": True,
        "district": held["district"] + 1,
        "figures": held["figures"] + 1,
        "search": [True],
        "calendar": True,
    }
    decided(case, staff.administrator, at=later(1))
    # Whoever decided has learned of it, and says that no report applies.
    make.opted_out(case)
    assert kept_late(case, staff) == asked
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="Doubts.", at=later(2))
    assert kept_late(case, staff) == held
    seen = make.as_seen(case, staff.counsel)
    workflow.release_parent_hold(actor=staff.counsel, case=seen, hold=hold, reason="None is.", at=later(3))
    assert kept_late(case, staff) == held
    decided(case, staff.administrator, at=later(4))
    assert kept_late(case, staff) == asked
    taken_along(case, staff.counselor, at=later(5))
    assert kept_late(case, staff) == held


def asked_for(staff: make.Staff, **about: Any) -> Case:
    """A case in which contact with parents was decided, and was tried."""
    case = make.case(staff, about=make.concern(staff, **about))
    consulted(case, staff.counselor)
    decided(case, staff.administrator)
    tried(staff, case)
    return case


def is_first(case: Case, staff: make.Staff) -> bool:
    """Whether contact with parents makes a case late, for the lists as for its own page."""
    assert wrongly_kept() == []
    first = (
        make.as_seen(case, staff.counselor).late_from.astimezone(case.school.zone).date() == DAY_AFTER + DAY
    )
    assert lateness(case, staff.administrator)["late"] == {first}
    return first


@pytest.mark.django_db
@pytest.mark.parametrize("track", ["suspected_victim", "suspected_recruiter"])
def test_what_is_said_in_another_case_of_the_student_holds_it_back_in_the_lists(track: str) -> None:
    staff = make.Staff()
    case, other = asked_for(staff), make.case(staff, track)
    assert is_first(case, staff)
    hold = workflow.suspect_parent(actor=staff.counselor, case=other, reason="Doubts.", at=later(2))
    assert not is_first(case, staff)
    seen = make.as_seen(other, staff.counsel)
    workflow.release_parent_hold(actor=staff.counsel, case=seen, hold=hold, reason="None is.", at=later(3))
    assert is_first(case, staff)
    custody = taken_along(other, staff.counselor, at=later(4))
    assert not is_first(case, staff)
    there = make.as_seen(other, staff.counselor)
    back: dict[str, Any] = {"back_at": later(5), "reason": "With her aunt.", "at": later(6)}
    workflow.end_custody(actor=staff.counselor, case=there, custody=custody, **back)
    assert is_first(case, staff)
    taken_along(other, staff.counselor, at=later(7))
    assert not is_first(case, staff)
    make.with_liaison(other, staff)
    workflow.void_case(actor=staff.liaison, case=other, reason="A mistake.", at=later(8))
    assert is_first(case, staff)


@pytest.mark.django_db
def test_from_when_a_case_is_late_by_a_day_moves_with_the_zone_of_its_school() -> None:
    staff = make.Staff()
    case = asked_for(staff)
    before = make.as_seen(case, staff.counselor).late_from
    district_workflow.change_school(
        actor=staff.liaison, school=staff.school, name="Alder", time_zone="America/New_York", at=later(2)
    )
    assert make.as_seen(case, staff.counselor).late_from == before - timedelta(hours=3)
    assert wrongly_kept() == []
    # Not only with the check-ins that the verb puts on their day again: with the row of the school alone.
    with acting_as(staff.liaison.pk):
        School.objects.filter(pk=staff.school.pk).update(time_zone="America/Chicago")
    assert make.as_seen(case, staff.counselor).late_from == before - timedelta(hours=2)
    assert wrongly_kept() == []


@pytest.mark.django_db
def test_rows_of_the_roster_that_are_one_student_hold_it_back_for_as_long_as_they_are() -> None:
    staff = make.Staff()
    twin = make.student(staff.school, "Averie")
    case, other = asked_for(staff), make.case(staff, about=make.concern(staff, student=twin))
    workflow.suspect_parent(actor=staff.counselor, case=other, reason="Doubts.", at=later(2))
    assert is_first(case, staff)
    merge = make.merged(staff.administrator, staff.student, twin, at=later(3))
    assert not is_first(case, staff)
    district_workflow.unmerge_students(actor=staff.administrator, merge=merge, at=later(4))
    assert is_first(case, staff)


@pytest.mark.django_db
def test_a_case_that_is_anothers_takes_along_what_was_said_in_it_and_leaves_what_stands_for_who_was_named() -> (
    None
):
    staff = make.Staff()
    right = make.student(staff.school, "Robin", "Reed")
    first, second = asked_for(staff), asked_for(staff, student=right)
    other = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=other, reason="Doubts.", at=later(2))
    assert [is_first(one, staff) for one in (first, second)] == [False, True]
    given: dict[str, Any] = {"student": right, "reason": "The twin.", "held_for": "both", "at": later(3)}
    workflow.correct_student(actor=staff.counselor, case=other, **given)
    assert [is_first(one, staff) for one in (first, second)] == [False, False]
    own, former = sorted(holds(other, staff.counsel), key=lambda row: row.cause == "former")
    release: dict[str, Any] = {"actor": staff.counsel, "case": other, "reason": "Looked into it."}
    workflow.release_parent_hold(hold=own, at=later(4), **release)
    assert [is_first(one, staff) for one in (first, second)] == [False, True]
    workflow.release_parent_hold(hold=former, at=later(5), **release)
    assert [is_first(one, staff) for one in (first, second)] == [True, True]


@pytest.mark.django_db
def test_what_went_along_with_a_case_that_was_handed_over_holds_back_the_others_until_it_ends_there() -> None:
    staff = make.Staff()
    case, leaves = asked_for(staff), make.case(staff)
    make.reported(leaves, staff.counselor)
    workflow.suspect_parent(actor=staff.counselor, case=leaves, reason="Doubts.", at=later(2))
    transfer = make.offered(leaves, staff.counselor, staff.elsewhere, at=later(3))
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=later(4))
    assert not is_first(case, staff)
    (hold,) = holds(new, staff.counsel)
    workflow.release_parent_hold(actor=staff.counsel, case=new, hold=hold, reason="None is.", at=later(5))
    assert is_first(case, staff)


@pytest.mark.django_db(transaction=True)
def test_two_freezes_of_one_student_at_once_both_go_through_and_leave_nothing_late() -> None:
    """Each writes in one case and is kept in the other: all cases of the student are locked first, in one order."""
    staff = make.Staff()
    cases = [asked_for(staff) for _n in range(2)]

    def freeze(case: Case, minutes: int) -> ParentHold:
        return workflow.suspect_parent(actor=staff.counselor, case=case, reason="Doubts.", at=later(minutes))

    def release(case: Case, hold: ParentHold, minutes: int) -> None:
        given: dict[str, Any] = {"reason": "None is.", "at": later(minutes)}
        seen = make.as_seen(case, staff.counsel)
        workflow.release_parent_hold(actor=staff.counsel, case=seen, hold=hold, **given)

    for minutes in (2, 4, 6):
        frozen = at_once(*[partial(freeze, one, minutes) for one in cases])
        assert [type(one) for one in frozen] == [ParentHold, ParentHold]
        assert [is_first(one, staff) for one in cases] == [False, False]
        both = zip(cases, frozen, strict=True)
        assert at_once(*[partial(release, one, hold, minutes + 1) for one, hold in both]) == [None, None]
    assert wrongly_kept() == []


@pytest.mark.django_db(transaction=True)
def test_a_freeze_and_what_is_said_in_a_decision_at_once_both_go_through() -> None:
    staff = make.Staff()
    one, other = make.case(staff), make.case(staff)
    consulted(one, staff.counselor)
    said = ADVISED | {"parent_suspected": "yes"}
    got = at_once(
        lambda: decided(one, staff.counselor, "withhold", **said),
        lambda: workflow.suspect_parent(actor=staff.counselor, case=other, reason="Doubts.", at=later(2)),
    )
    assert not [result for result in got if isinstance(result, Exception)]
    assert wrongly_kept() == []


@pytest.mark.django_db
def test_a_decision_to_contact_nobody_makes_it_late_with_nobody_in_the_lists_until_it_is_decided_anew() -> (
    None
):
    staff = make.Staff()
    case = asked_for(staff)
    assert is_first(case, staff)
    anew(case, staff)
    decided(case, staff.administrator, "withhold", at=later(2))
    assert not is_first(case, staff)
    anew(case, staff)
    assert not is_first(case, staff)
    decided(case, staff.administrator, at=later(3))
    assert is_first(case, staff)


def anew(case: Case, staff: make.Staff) -> None:
    """What was decided is to be decided once more."""
    part = make.part(case, staff.administrator, "decide_contact")
    with acting_as(staff.administrator.pk):
        entry = part.entries.latest("number")
    given: dict[str, Any] = {"outcome": "reopened", "happened_at": AT, "reason": "Anew.", "at": later(1)}
    workflow.correct_entry(actor=staff.administrator, entry=entry, **given)


@pytest.mark.django_db(transaction=True)
def test_of_a_student_who_is_18_it_is_late_with_nobody_in_the_lists() -> None:
    staff = make.Staff()
    case = asked_for(staff)
    assert is_first(case, staff)
    # The roster says that the student is older than was thought, or says it no more.
    for born, first in ((ADULT, False), (None, True)):
        born_on(staff, born)
        assert is_first(case, staff) == first
    today = database_now().astimezone(staff.school.zone).date()
    for day, held in ((today, True), (today + DAY, False)):
        born_on(staff, eighteen_years_before(day))
        assert wrongly_kept() == []
        assert (make.as_seen(case, staff.counselor).late_from == NEVER) == held


@pytest.mark.django_db(transaction=True)
def test_a_birthday_that_nobody_writes_down_is_seen_by_the_sweep() -> None:
    staff = make.Staff()
    case = asked_for(staff)
    with connections["owner"].cursor() as owner:
        # As it is on the morning of the birthday: what is kept with the case is from the evening before.
        owner.execute("ALTER TABLE directory_student DISABLE TRIGGER directory_student_late_from")
        born_on(staff, ADULT)
        owner.execute("ALTER TABLE directory_student ENABLE TRIGGER directory_student_late_from")
    assert {number for number, _kept, _computed in wrongly_kept()} == {case.number}
    swept(database_now())
    assert not is_first(case, staff)


def born_on(staff: make.Staff, day: date | None) -> None:
    Student.objects.using("owner").filter(pk=staff.student.pk).update(birth_date=day)


def eighteen_years_before(day: date) -> date:
    return day.replace(year=day.year - 18, day=min(day.day, 28) if day.month == 2 else day.day)
