"""A concern that somebody said they deal with, and did not: it is late like a contact that nobody made."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Concern
from cases.schedule import deal_by
from csec.accounts.models import Away, Membership, User
from csec.delivery.models import Message
from csec.directory.models import Closure
from tests import make
from tests.cases.clocks import unhurried
from tests.cases.reminders.test_asked_again import away, first_screen
from tests.cases.reminders.test_sweep_others import MONDAY
from tests.cases.reminders.worker import swept, told, wanted
from tests.expect import conflict

pytestmark = pytest.mark.django_db(transaction=True)

HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
#: Taken up on Monday, it has until the end of school on Wednesday.
LATE = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
#: So long ago that PostgreSQL's clock calls it late, whenever this runs.
LONG_AGO = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def taken(staff: make.Staff, by: User, at: datetime = MONDAY) -> Concern:
    concern = make.concern(staff, at=at)
    workflow.accept_concern(actor=by, concern=concern, at=at)
    return concern


def page(person: User, concern: Concern) -> str:
    client = Client()
    client.force_login(person)
    return client.get(concern.get_absolute_url()).content.decode()


def test_it_is_said_to_whoever_took_it_then_to_the_backup_then_to_all_each_weekday() -> None:
    staff = make.Staff()
    taken(staff, staff.counselor)
    assert told(LATE - timedelta(seconds=1), "concern_late") == set()
    assert told(LATE, "concern_late") == {("Casey", 0)}
    assert told(LATE + HALF_AN_HOUR, "concern_late") == {("Sam", 1)}
    all_of_them = {"Casey", "Sam", "Ada", "Lee"}
    assert told(LATE + timedelta(hours=2), "concern_late") == {(who, 2) for who in all_of_them}
    assert told(LATE + DAY, "concern_late") == {(who, 3) for who in all_of_them}
    saturday = LATE + timedelta(days=2, hours=9)
    assert told(saturday, "concern_late") == told(saturday + DAY, "concern_late") == set()
    assert told(saturday + 2 * DAY, "concern_late") == {(who, 6) for who in all_of_them}


def test_somebody_who_is_not_there_is_passed_over() -> None:
    staff = make.Staff()
    taken(staff, staff.counselor)
    away(staff.counselor, LATE.astimezone(staff.school.zone).date())
    assert told(LATE, "concern_late") == {("Casey", 0), ("Sam", 0)}
    away(staff.social_worker, LATE.astimezone(staff.school.zone).date())
    assert told(LATE + HALF_AN_HOUR, "concern_late") == {("Sam", 1), ("Ada", 1), ("Lee", 1)}


@pytest.mark.parametrize("ending", ["case", "closed"])
def test_a_case_or_a_closing_ends_it_and_what_waits_is_not_sent(ending: str) -> None:
    staff = make.Staff()
    concern = taken(staff, staff.counselor)
    swept(LATE)
    assert ("concern_late", "Casey", 0) in wanted(LATE)
    if ending == "case":
        make.case(staff, about=concern, at=MONDAY)
    else:
        workflow.close_concern(actor=staff.counselor, concern=concern, reason="Cleared up.", at=LATE)
    assert not {row for row in wanted(LATE) if row[0] == "concern_late"}
    assert told(LATE + DAY, "concern_late") == set()


def test_it_stands_on_the_first_screens_with_its_holder_although_no_sweep_runs() -> None:
    staff = make.Staff()
    concern = taken(staff, staff.counselor, LONG_AGO)
    for person in (staff.counselor, staff.social_worker, staff.administrator, staff.liaison):
        assert [one.pk for one in first_screen(person, MONDAY).concerns] == [concern.pk]
        client = Client()
        client.force_login(person)
        assert "Casey Counselor took it on Mon, Mar 2" in client.get("/").content.decode()
    unhurried(concern)
    assert first_screen(staff.administrator, MONDAY).concerns == []
    assert "took it on" not in page(staff.counselor, concern)


def test_what_nobody_took_up_in_time_stands_there_although_no_sweep_runs() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=LONG_AGO)
    for person in (staff.administrator, staff.liaison):
        assert [one.pk for one in first_screen(person, MONDAY).concerns] == [concern.pk]
    workflow.open_case(
        actor=staff.administrator, concern=concern, track="suspected_victim", reason="It fits.", at=MONDAY
    )


def test_so_does_what_has_nobody_to_take_it_today() -> None:
    staff = make.Staff()
    concern = unhurried(make.concern(staff))
    for person in (staff.counselor, staff.social_worker):
        assert first_screen(staff.administrator, MONDAY).concerns == []
        Away.objects.using("owner").create(
            person=person, first_day=date(2020, 1, 1), last_day=date(2100, 1, 1), entered_at=MONDAY
        )
    assert [one.pk for one in first_screen(staff.administrator, MONDAY).concerns] == [concern.pk]


def test_another_takes_over_what_is_late_and_only_that() -> None:
    staff = make.Staff()
    concern = taken(staff, staff.counselor)
    with conflict("Casey Counselor took this concern"):
        workflow.accept_concern(actor=staff.social_worker, concern=concern, at=LATE - timedelta(minutes=1))
    with conflict("Casey Counselor took this concern"):
        workflow.accept_concern(actor=staff.counselor, concern=concern, at=LATE)
    workflow.accept_concern(actor=staff.social_worker, concern=concern, at=LATE)
    assert told(LATE + 5 * DAY - timedelta(seconds=1), "concern_late") == set()
    assert told(LATE + 5 * DAY, "concern_late") == {("Sam", 0)}


def leave(person: User) -> None:
    Membership.objects.using("owner").filter(person=person).update(until=make.SINCE)


def test_what_was_taken_up_by_somebody_who_has_left_is_asked_about_anew_and_climbs() -> None:
    staff = make.Staff()
    concern = taken(staff, staff.counselor)
    assert told(MONDAY + HALF_AN_HOUR, "concern") == set()
    leave(staff.counselor)
    assert told(MONDAY + 2 * HALF_AN_HOUR, "concern") == {("Sam", 0)}
    assert ("concern", "Sam", 0) in wanted(MONDAY + 2 * HALF_AN_HOUR)
    assert told(MONDAY + 2 * HALF_AN_HOUR + timedelta(minutes=1), "concern") == set()
    assert told(LATE - timedelta(hours=1), "concern") == {("Sam", 3), ("Ada", 3), ("Lee", 3)}
    assert [one.pk for one in first_screen(staff.administrator, MONDAY).concerns] == [concern.pk]


def test_it_reads_as_new_and_another_takes_it_although_no_sweep_runs() -> None:
    staff = make.Staff()
    concern = taken(staff, staff.counselor)
    client = Client()
    client.force_login(staff.social_worker)

    def listed() -> bool:
        return "<span>Taken</span>" in client.get(reverse("cases:concerns")).content.decode()

    assert listed()
    assert "taken by Casey Counselor" in page(staff.social_worker, concern)
    leave(staff.counselor)
    assert not listed()
    assert "taken by" not in page(staff.social_worker, concern)
    workflow.accept_concern(actor=staff.social_worker, concern=concern, at=MONDAY + HALF_AN_HOUR)
    assert "taken by Sam" in page(staff.social_worker, concern)


def test_an_overseer_who_took_it_up_keeps_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=LONG_AGO)
    workflow.accept_concern(actor=staff.administrator, concern=concern, at=MONDAY)
    unhurried(concern)
    assert [one.pk for one in first_screen(staff.administrator, MONDAY).concerns] == [concern.pk]
    workflow.close_concern(actor=staff.administrator, concern=concern, reason="Cleared up.", at=MONDAY)
    assert "Cleared up." in page(staff.administrator, concern)


def test_its_message_waits_for_the_morning_and_says_no_more_than_others() -> None:
    staff = make.Staff()
    taken(staff, staff.counselor)
    swept(LATE + timedelta(hours=5))
    sent_at = Message.objects.using("owner").filter(kind="concern_late").values_list("send_after", flat=True)
    assert set(sent_at) == {datetime(2026, 11, 26, 15, 0, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("at", "by"),
    [
        pytest.param(MONDAY, LATE, id="on a school day"),
        pytest.param(
            datetime(2026, 11, 20, 22, 50, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC), id="on a Friday"
        ),
        pytest.param(
            datetime(2027, 6, 14, 18, 0, tzinfo=UTC),
            datetime(2027, 6, 21, 18, 0, tzinfo=UTC),
            id="in the summer",
        ),
    ],
)
def test_there_are_two_school_days_and_never_more_than_a_week(at: datetime, by: datetime) -> None:
    staff: Any = make.Staff()
    Closure.objects.using("owner").create(
        name="Summer", first_day=date(2027, 6, 12), last_day=date(2027, 8, 22)
    )
    assert deal_by(staff.school, at) == by
