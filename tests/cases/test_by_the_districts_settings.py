"""What is a proposal of this software goes by the district's own number, and by the proposal until there is one."""

from datetime import date, timedelta

import pytest

from csec.directory.models import District
from tests import make
from tests.cases.reminders.worker import told
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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
