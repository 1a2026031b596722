"""What is a proposal of this software goes by the district's own number, and by the proposal until there is one."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.directory.models import District
from protocols.loader import load
from tests import make
from tests.cases.reminders.worker import told
from tests.conftest import LOADED_AT
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"
TRACKS = ("suspected_recruiter", "suspected_victim", "confirmed_victim")
#: Everything is on Friday 20 November 2026, at 14:50; a school day ends at 16:00.
FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (f"2026-11-{day}T16:00-08:00" for day in (20, 23, 24, 25))


def other_numbers() -> None:
    """Each differs from what is proposed."""
    make.district()
    District.objects.update(
        climbs_after_minutes=45, report_prompt_hours=6, transfer_answered_in_days=3, referral_look_days=7
    )


def test_what_is_proposed_is_half_an_hour_of_school_and_twelve_hours() -> None:
    proposed = District(name="")
    assert (proposed.climbs_after_minutes, proposed.report_prompt_hours) == (30, 12)


def test_after_how_many_hours_all_are_asked_once_more_for_a_report() -> None:
    staff = make.Staff()
    other_numbers()
    make.helper(make.case(staff), staff.counselor, staff.social_worker, "social_worker")
    assert told(AT + 6 * HOUR - MINUTE, "report_unmade") == set()
    assert {("Casey", 0), ("Sam", 0), ("Terry", 0)} <= told(AT + 6 * HOUR, "report_unmade")


@pytest.mark.parametrize("minutes", [30, 45])
def test_after_how_many_minutes_of_school_a_concern_and_a_request_climb(minutes: int) -> None:
    staff = make.Staff()
    other_numbers()
    District.objects.update(climbs_after_minutes=minutes)
    concern = make.concern(staff)
    assert concern.climbs_at == AT + minutes * MINUTE
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    assert make.reload(request, staff.counselor).climbs_at == AT + minutes * MINUTE


def test_by_which_school_day_a_transfer_is_answered() -> None:
    staff = make.Staff()
    other_numbers()
    offer = make.offered(make.case(staff), staff.counselor, staff.elsewhere)
    climbs_at = make.reload(offer, staff.counselor).climbs_at
    # Friday is the day of the offer.
    assert climbs_at.astimezone(staff.school.zone).date() == date(2026, 11, 25)


def test_after_how_many_days_an_accepted_referral_is_looked_at() -> None:
    staff = make.Staff()
    other_numbers()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    assert make.part(case, staff.counselor, "offer_referral").next_on == date(2026, 11, 27)


def due(case: Case, staff: make.Staff, kind: str) -> str:
    """By when the one duty of that kind on the open track should have ended, on the clock of its school."""
    [part] = make.parts(case, staff.counselor, kind=kind, run__ended_at=None)
    return part.due_at.astimezone(staff.school.zone).isoformat(timespec="minutes") if part.due_at else ""


@pytest.mark.parametrize("track", TRACKS)
def test_until_the_district_says_otherwise_the_officer_is_asked_the_same_day_and_the_campus_looked_at_in_two(
    track: str,
) -> None:
    make.district()
    staff = make.Staff()
    case = make.case(staff, track=track)
    assert (due(case, staff, "sro_request"), due(case, staff, "impact")) == (FRIDAY, TUESDAY)


@pytest.mark.parametrize("track", TRACKS)
def test_the_officer_is_asked_and_the_campus_looked_at_within_the_districts_own_school_days(
    track: str,
) -> None:
    make.district()
    District.objects.update(sro_asked_in_days=1, campus_looked_at_in_days=3)
    staff = make.Staff()
    case = make.case(staff, track=track)
    assert (due(case, staff, "sro_request"), due(case, staff, "impact")) == (MONDAY, WEDNESDAY)
    # What the officer reports back keeps the definition's time.
    assert due(case, staff, "sro_response") == MONDAY


def test_nought_is_the_same_school_day_and_no_lack_of_a_number() -> None:
    make.district()
    District.objects.update(campus_looked_at_in_days=0)
    staff = make.Staff()
    assert due(make.case(staff), staff, "impact") == FRIDAY


def test_another_number_leaves_what_has_begun_and_holds_for_what_begins_afterwards() -> None:
    make.district()
    staff = make.Staff()
    case = make.case(staff)
    District.objects.update(sro_asked_in_days=1, campus_looked_at_in_days=3)
    assert (due(case, staff, "sro_request"), due(case, staff, "impact")) == (FRIDAY, TUESDAY)
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        reason="The student said so.",
        basis="disclosure",
        decided_by="Casey Counselor and Ada Administrator",
        at=AT + MINUTE,
    )
    assert (due(case, staff, "sro_request"), due(case, staff, "impact")) == (MONDAY, WEDNESDAY)


def test_it_goes_by_the_kind_in_a_protocol_that_says_hours_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(OTHER.read_text())
    load(tmp_path, at=LOADED_AT)
    make.district()
    staff = make.Staff()
    in_two_hours = "2026-11-20T16:50-08:00"
    recruiter = make.case(staff, track="suspected_recruiter")
    victim = make.another_case(staff)
    assert (due(recruiter, staff, "sro_request"), due(victim, staff, "sro_request")) == (in_two_hours, "")
    District.objects.update(sro_asked_in_days=1)
    assert [due(make.another_case(staff, track), staff, "sro_request") for track in TRACKS] == [MONDAY] * 3


def test_the_page_of_a_step_says_its_own_time_and_that_it_is_the_districts() -> None:
    make.district()
    District.objects.update(campus_looked_at_in_days=3)
    staff = make.Staff()
    case = make.case(staff)
    # Whatever is set later: a time that is set stays.
    District.objects.update(campus_looked_at_in_days=5)
    make.helper(case, staff.counselor, staff.administrator, "administrator")
    part = make.part(case, staff.administrator, "impact")
    page = signed_in(staff.administrator).get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    said = page.content.decode()
    assert "by Wed, Nov 25, 4 p.m." in said
    assert "The district’s own time: the printed page names none" in said
    assert "school days" not in said
