"""How a part ends: what is kept of it, who may enter it, and what the second person reads."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Entry
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

IMPACT = {"areas_checked": ["recruitment"], "impact_found": False}


def test_an_entry_keeps_who_recorded_what_in_which_role_and_when_it_happened() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    entry = workflow.record_outcome(
        actor=staff.administrator,
        part=part,
        version=0,
        outcome="done",
        happened_at=AT - timedelta(hours=2),
        values=IMPACT,
        at=AT,
    )
    assert (entry.actor, entry.role, entry.number) == (staff.administrator, "administrator", 1)
    assert (entry.happened_at, entry.recorded_at) == (AT - timedelta(hours=2), AT)
    assert make.evidence(entry, staff.administrator) == IMPACT
    now = make.reload(part, staff.administrator)
    assert (now.outcome, now.outcome_at, now.version, now.is_open) == ("done", entry.happened_at, 1, False)


@pytest.mark.parametrize(
    ("outcome", "given", "is_open"),
    [
        ("declined", {"reason": "Not today."}, False),
        ("declined", {"reason": "Not today.", "review_on": date(2026, 12, 1)}, False),
        ("unable", {"reason": "Out sick.", "review_on": date(2026, 11, 23)}, True),
    ],
)
def test_only_unable_stays_open_and_asks_again_on_its_day(
    outcome: str, given: dict[str, Any], is_open: bool
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "consult", outcome, **given)
    part = make.part(case, staff.counselor, "consult")
    assert part.is_open == is_open
    assert part.next_on == (given.get("review_on") if is_open else None)


def test_a_decline_ends_that_one_offer_and_no_report_and_no_contact() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "offer_referral", "declined", reason="Not now.")
    for name in ("report", "regular_contact"):
        part = make.part(case, staff.counselor, name)
        assert part.is_open
        assert "declined" not in case.protocol.definition.part(case.track, name).outcomes


def test_what_could_not_be_done_is_done_later() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.administrator, "impact", "unable", reason="Closed.", review_on=date(2026, 11, 23))
    second = make.record(case, staff.administrator, "impact", values=IMPACT)
    assert second.number == 2
    assert make.part(case, staff.administrator, "impact").next_on is None


def test_regular_contact_stays_open_with_the_next_day_after_each_contact() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for n, day in enumerate((date(2026, 11, 25), date(2026, 12, 2)), start=1):
        make.record(case, staff.counselor, "regular_contact", values={"seen": True}, review_on=day)
        part = make.part(case, staff.counselor, "regular_contact")
        assert (part.is_open, part.next_on, part.version) == (True, day, n)


def test_a_report_names_nobody_and_only_its_author_reads_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.reported(case, staff.counselor)
    assert (entry.actor, entry.role) == (None, "")
    assert make.evidence(entry, staff.counselor)["agency"] == "Child Welfare Services"
    assert make.evidence(entry, staff.administrator) == {}
    with acting_as(staff.administrator.pk):
        row = Entry.objects.select_related("case__key").get(pk=entry.pk)
        assert set(row.shared_facts(row.case.key)) == {"phoned_at", "agency"}


def test_the_second_reads_who_recorded_what_and_when_and_that_their_text_is_kept() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    make.record(case, staff.administrator, "impact", "unable", reason="Closed.", review_on=date(2026, 11, 23))
    given: dict[str, Any] = {
        "actor": staff.administrator,
        "part": part,
        "version": 0,
        "outcome": "done",
        "happened_at": AT,
    }
    with conflict("Ada Administrator recorded “Unable so far” on Fri, Nov 20, 2:50 PM. Your text is kept"):
        workflow.record_outcome(**given, values=IMPACT, at=AT)
    make.record(case, staff.administrator, "impact", values=IMPACT)
    with conflict("Ada Administrator recorded “Done” on Fri, Nov 20, 2:50 PM. To change it, correct"):
        workflow.record_outcome(**given, values=IMPACT, at=AT)


def test_whoever_comes_second_to_a_report_records_their_own_and_sends_one_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "report")
    make.reported(case, staff.counselor)
    given = {"actor": staff.administrator, "part": part, "version": 0, "happened_at": AT, "at": AT}
    busy = {"outcome": "unable", "reason": "Busy.", "review_on": AT.date()}
    workflow.record_outcome(**given, **busy)
    # What a colleague has made stands all the same, and the same form is not taken twice.
    assert make.part(case, staff.counselor, "report").outcome == "done"
    with conflict("“Unable so far” was recorded on"):
        workflow.record_outcome(**given, **busy)


def test_a_year_that_was_mistyped_is_refused() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("happened_at"):
        workflow.record_outcome(
            actor=staff.administrator,
            part=make.part(case, staff.administrator, "impact"),
            version=0,
            outcome="done",
            happened_at=datetime(26, 11, 20, tzinfo=UTC),
            values=IMPACT,
            at=AT,
        )


def test_nobody_ends_a_part_by_reclassifying_it_away_or_by_opening_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for outcome in ("superseded", "reopened", "", "finished"):
        with invalid("outcome"):
            make.record(case, staff.administrator, "impact", outcome, reason="Away.")


def test_each_part_is_ended_by_its_own_actors_and_the_officer_sees_none_of_the_counselors() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    consult = make.part(case, staff.counselor, "consult")
    with pytest.raises(NotPermitted):
        make.record(case, staff.counselor, "impact", values=IMPACT)
    with pytest.raises(NotPermitted):
        make.record(case, staff.sro, "report", "unable", reason="Busy.", review_on=AT.date())
    with pytest.raises(Absent):
        workflow.record_outcome(
            actor=staff.sro, part=consult, version=0, outcome="declined", happened_at=AT, reason="No.", at=AT
        )


@pytest.mark.parametrize("given", [{"outcome": "done"}, {"outcome": "unable", "reason": "Absent."}])
def test_a_contact_goes_by_its_schedule_and_so_by_a_verb_of_its_own(given: dict[str, Any]) -> None:
    staff = make.Staff()
    part = make.part(make.case(staff), staff.counselor, "regular_contact")
    with pytest.raises(NotPermitted):
        workflow.record_outcome(
            actor=staff.counselor, part=part, version=0, happened_at=AT, at=AT, review_on=AT.date(), **given
        )
