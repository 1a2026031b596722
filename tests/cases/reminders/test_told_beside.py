"""Who is told beside those who are too few: of an emergency access, and of a case kept from all who would answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery import health
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.expect import conflict
from tests.make import DAY

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


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def test_of_an_emergency_two_are_told_counsel_before_those_who_answer_for_other_schools() -> None:
    """The smallest school: it has no administrator, and the only liaison is kept from the case."""
    staff = make.Staff()
    make.user("Bo Birch", Role.ADMINISTRATOR, staff.other_school)
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
    workflow.review_emergency_access(
        actor=staff.counselor, case=case, access=access, finding="needed", note="Threats.", at=database_now()
    )
    assert "emergency_beside" not in {kind for kind, _who, _level in wanted(now + DAY)}


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
    [message] = Message.objects.using("owner").filter(kind="nobody_answers")
    assert (message.recipient.name, message.case_id) == ("Lou Counsel", None)
    assert ("nobody_answers", "Lou", 0) in wanted(day)
    assert not health.state(database_now()).nobody_to_tell
    page = home(staff.counsel)
    assert "Nobody carries one of the cases" in page
    assert case.number not in page
    second = make.user("Lin Liaison", Role.LIAISON)
    assert make.as_seen(case, second).my_role == "liaison"
    assert "nobody_answers" not in {kind for kind, _who, _level in wanted(day)}
    later = noon((day - database_now()).days + 2)
    assert told(later, "nobody") == {("Lin", 0)}


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
