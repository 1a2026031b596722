"""Who is told beside those who are too few: of an emergency access, and of a case kept from all who would answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.reading.watched import watched
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.delivery import health
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.expect import conflict
from tests.make import DAY
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def gone(*people: User) -> None:
    """Their roles are over."""
    Membership.objects.using("owner").filter(person__in=people).update(until=make.SINCE)


def kept_from(case: Case, staff: make.Staff, *people: User) -> None:
    for person in people:
        workflow.exclude_person(
            actor=staff.counselor, case=case, person=person, reason="A relative.", at=database_now()
        )


def noon(after: int) -> datetime:
    """Noon of the first school day so many days from now, in California."""
    day = database_now().date() + after * DAY
    while day.weekday() > 4:
        day += DAY
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def sees(person: User, case: Case) -> bool:
    with acting_as(person.pk):
        return Case.objects.visible_to(User.objects.get(pk=person.pk)).filter(pk=case.pk).exists()


def read_by(person: User, at: datetime) -> list[str]:
    """What they are told on their first screen at that moment, by its kind."""
    with acting_as(person.pk):
        return [one.kind for one in watched(User.objects.get(pk=person.pk), at).found]


def standing(person: User) -> list[object]:
    """What is told them of no case, and stands, as PostgreSQL answers whoever acts."""
    with acting_as(person.pk):
        return [one for (one,) in ask("SELECT beside_standing()")]


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def test_of_an_emergency_two_are_told_counsel_before_those_who_answer_for_other_schools() -> None:
    """The smallest school: it has no administrator, and the only liaison is kept from the case."""
    staff = make.Staff()
    bo = make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    second = make.user("Cal Counsel", Role.COUNSEL)
    case = make.another_case(staff, at=database_now())
    gone(staff.administrator)
    kept_from(case, staff, staff.liaison)
    access = make.opened_in_emergency(case, staff.counsel)
    now = access.begun_at + MINUTE
    assert told(now, "emergency") == {("Casey", 0)}
    [beside] = Message.objects.using("owner").filter(kind="emergency_beside")
    assert (beside.recipient.name, beside.case_id, beside.subject) == ("Cal Counsel", None, access.pk)
    assert "A case was opened in an emergency, and fewer than two" in home(second)
    assert case.number not in home(second)
    assert told(access.review_by + MINUTE, "emergency_beside") == {("Cal", 1)}
    assert read_by(second, now + 9 * DAY) == ["emergency_beside"]
    # Bo could have been told, and was not.
    assert [standing(one) for one in (second, bo)] == [[access.pk], []]
    workflow.review_emergency_access(
        actor=staff.counselor, case=case, access=access, finding="needed", note="Threats.", at=database_now()
    )
    assert "emergency_beside" not in {kind for kind, _who, _level in wanted(now + DAY)}
    assert read_by(second, now) == []


def failed(at: datetime, who: User) -> None:
    """Whatever was written to them does not arrive."""
    Message.objects.using("owner").filter(recipient=who).update(state="failed", failed_at=at)


def test_whom_it_does_not_reach_is_passed_over_for_the_next_in_the_order_and_reads_it_all_the_same() -> None:
    staff = make.Staff()
    bo = make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    cal = make.user("Cal Counsel", Role.COUNSEL)
    case = make.another_case(staff, at=database_now())
    gone(staff.administrator)
    kept_from(case, staff, staff.liaison)
    access = make.opened_in_emergency(case, staff.counsel)
    now = access.begun_at + MINUTE
    assert told(now, "emergency_beside") == {("Cal", 0)}
    refused = Message.objects.using("owner").filter(recipient=cal)
    refused.update(attempts=5)
    assert told(now + 29 * MINUTE, "emergency_beside") == set()
    assert told(now + 30 * MINUTE, "emergency_beside") == {("Bo", 0)}
    # It is tried on meanwhile.
    assert wanted(now + 31 * MINUTE) >= {("emergency_beside", "Cal", 0), ("emergency_beside", "Bo", 0)}
    failed(now + 32 * MINUTE, cal)
    assert told(access.review_by + MINUTE, "emergency_beside") == {("Bo", 1)}
    for person in (cal, bo):
        assert "A case was opened in an emergency" in home(person)
    # Where it reaches nobody, it is tried with the first of them again.
    failed(access.review_by + MINUTE, bo)
    assert told(access.review_by + DAY + MINUTE, "emergency_beside") == {("Cal", 2)}


def test_without_counsel_somebody_who_answers_for_another_school_is_told_and_nobody_kept_from_it() -> None:
    staff = make.Staff()
    make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    kept = make.user("Al Kept", Role.COUNSEL)
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, kept)
    gone(staff.liaison)
    access = make.opened_in_emergency(case, staff.counsel)
    assert told(access.begun_at + MINUTE, "emergency_beside") == {("Bo", 0)}


def test_where_two_are_told_who_carry_or_answer_for_it_nobody_else_is() -> None:
    staff = make.Staff()
    access = make.opened_in_emergency(make.another_case(staff, at=database_now()), staff.liaison)
    assert told(access.begun_at + MINUTE, "emergency_beside") == set()


def test_where_two_could_not_be_told_the_case_does_not_open() -> None:
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    gone(staff.administrator, staff.liaison)
    with conflict("fewer than two others of the district could be told"):
        make.opened_in_emergency(case, staff.counsel)
    assert not sees(staff.counsel, case)
    make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    make.opened_in_emergency(case, staff.counsel)
    assert sees(staff.counsel, case)


def test_a_case_kept_from_all_who_would_answer_for_it_is_told_to_counsel_until_another_liaison_has_it() -> (
    None
):
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, staff.liaison)
    assert told(noon(1), "nobody_answers") == set()
    gone(staff.counselor)
    everybody = (staff.counselor, staff.administrator, staff.liaison, staff.social_worker)
    assert not [person.name for person in everybody if sees(person, case)]
    day = noon(2)
    assert told(day, "nobody") == set()
    other_answers = make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    assert [standing(one) for one in (staff.counsel, other_answers)] == [[case.pk], []]
    [message] = Message.objects.using("owner").filter(kind="nobody_answers")
    assert read_by(staff.counsel, day + 9 * DAY) == ["nobody_answers"]
    assert (message.recipient.name, message.case_id) == ("Lou Counsel", None)
    assert ("nobody_answers", "Lou", 0) in wanted(day)
    assert not health.state(database_now()).nobody_to_tell
    page = home(staff.counsel)
    assert "Nobody is there who looks after one of the cases or concerns" in page
    assert case.number not in page
    second = make.user("Lin Liaison", Role.LIAISON)
    assert make.as_seen(case, second).my_role == "liaison"
    assert "nobody_answers" not in {kind for kind, _who, _level in wanted(day)}
    assert read_by(staff.counsel, day) == []
    later = noon((day - database_now()).days + 2)
    assert told(later, "nobody") == {("Lin", 0)}


def test_a_case_that_is_carried_again_is_said_to_nobody_beside_any_more() -> None:
    staff = make.Staff()
    make.user("Cal Counsel", Role.COUNSEL)
    bo = make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, staff.liaison)
    gone(staff.counselor)
    day = noon(1)
    assert told(day, "nobody_answers") == {("Lou", 0), ("Cal", 0)}
    failed(day, staff.counsel)
    # The case is looked for a few times an hour.
    assert told(day + 20 * MINUTE, "nobody_answers") == {("Bo", 0)}
    assert [read_by(one, day) for one in (staff.counsel, bo)] == [["nobody_answers"]] * 2
    Membership.objects.using("owner").filter(person=staff.counselor).update(until=None)
    assert [read_by(one, day) for one in (staff.counsel, bo)] == [[], []]


def test_where_nobody_at_all_can_be_told_it_is_an_alarm_for_whoever_runs_the_installation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, staff.liaison, staff.counsel)
    told(noon(1), "nobody")
    assert not health.state(database_now()).nobody_to_tell
    gone(staff.counselor)
    told(noon(2), "nobody")
    assert health.state(database_now()).nobody_to_tell
    assert Client().get("/healthz").status_code == 503
    [said] = [one.getMessage() for one in caplog.records if "nobody in the district" in one.getMessage()]
    assert case.number not in said
    assert str(case.pk) not in said


def off(person: User) -> None:
    """Away for weeks, today and on each day near it."""
    today = database_now().date()
    Away.objects.using("owner").create(
        person=person, first_day=today - 7 * DAY, last_day=today + 30 * DAY, entered_at=make.AT
    )


def test_a_case_of_which_the_one_carrier_is_away_is_told_until_somebody_is_there() -> None:
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, staff.liaison)
    off(staff.counselor)
    day = noon(1)
    assert told(day, "nobody_answers") == {("Lou", 0)}
    assert ("nobody_answers", "Lou", 0) in wanted(day)
    assert "Nobody is there who looks after one of the cases or concerns" in home(staff.counsel)
    second = make.user("Lin Liaison", Role.LIAISON)
    assert make.as_seen(case, second).my_role == "liaison"
    assert read_by(staff.counsel, day) == []
    gone(second)
    assert read_by(staff.counsel, day) == ["nobody_answers"]
    make.helper(case, staff.counselor, staff.social_worker, Role.SOCIAL_WORKER, at=database_now())
    assert told(noon(3), "nobody_answers") == set()
    assert ("nobody_answers", "Lou", 0) not in wanted(day)
    assert read_by(staff.counsel, day) == []


def test_of_one_that_is_kept_from_counsel_as_well_it_is_an_alarm_while_its_carrier_is_away() -> None:
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    kept_from(case, staff, staff.administrator, staff.liaison, staff.counsel)
    off(staff.counselor)
    told(noon(1), "nobody")
    assert health.state(database_now()).nobody_to_tell


def test_a_concern_that_is_kept_from_all_who_would_answer_for_it_is_told_when_its_holders_are_gone_or_away() -> (
    None
):
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.administrator, staff.liaison], at=database_now())
    assert told(noon(1), "nobody_answers") == set()
    gone(staff.counselor)
    off(staff.social_worker)
    day = noon(2)
    assert told(day, "nobody_answers") == {("Lou", 0)}
    [message] = Message.objects.using("owner").filter(kind="nobody_answers")
    assert (message.case_id, message.subject) == (None, concern.pk)
    assert ("nobody_answers", "Lou", 0) in wanted(day)
    assert read_by(staff.counsel, day) == ["nobody_answers"]
    gone(staff.social_worker)
    assert ("nobody_answers", "Lou", 0) in wanted(day)
    second = make.user("Lin Liaison", Role.LIAISON)
    assert concern.get_absolute_url() in home(second)
    assert ("nobody_answers", "Lou", 0) not in wanted(day)
    assert read_by(staff.counsel, day) == []


def test_of_a_concern_of_which_nobody_at_all_can_be_told_there_is_an_alarm_that_names_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    staff = make.Staff()
    implicated = [staff.administrator, staff.liaison, staff.counsel]
    concern = make.concern(staff, implicated=implicated, at=database_now())
    told(noon(1), "nobody")
    assert not health.state(database_now()).nobody_to_tell
    gone(staff.counselor, staff.social_worker)
    told(noon(2), "nobody")
    assert health.state(database_now()).nobody_to_tell
    [said] = [one.getMessage() for one in caplog.records if "nobody in the district" in one.getMessage()]
    assert str(concern.pk) not in said
