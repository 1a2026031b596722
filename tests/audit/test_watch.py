"""What is watched for in the log: very many cases opened at once, and a log that is not sealed."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from cases.models import Case
from cases.reading.watched import watched
from cases.reminders import watch
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.directory.models import School
from csec.identity import acting_as
from district import workflow as district_workflow
from tests import make
from tests.audit.ledger import as_owner, seal, write
from tests.audit.test_case_readings import opened
from tests.cases.reminders.worker import told, wanted
from tests.make import AT, DAY
from tests.reviews import reviewed

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def cases(staff: make.Staff, count: int = 30) -> list[UUID]:
    make.many_cases(staff, count)
    return list(Case.objects.using("owner").values_list("pk", flat=True))


def open_all(person: User, pks: list[UUID], *, until: datetime, within: timedelta = 9 * MINUTE) -> None:
    """One after the other, the last at `until`."""
    step = within / max(1, len(pks) - 1)
    times = [until - place * step for place in range(len(pks))]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at, actor, role, verb, subject, case_id, result)"
            " SELECT gen_random_uuid(), o.at, %s, '', 'case_viewed', o.pk, o.pk, 'done'"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) AS o (pk, at)",
            [person.pk, pks, times],
        )


def test_very_many_are_thirty_and_at_once_is_within_ten_minutes() -> None:
    """As the pages and the documents say it: another number is a decision of its own."""
    numbers = watch.MANY, watch.WITHIN
    assert numbers == (30, timedelta(minutes=10))


def test_thirty_cases_within_ten_minutes_are_told_to_the_liaison_once_an_hour() -> None:
    staff = make.Staff()
    pks = cases(staff)
    open_all(staff.counselor, pks[:-1], until=AT)
    assert told(AT + MINUTE, "many_opened") == set()
    opened(staff.counselor, AT + MINUTE / 2, case=pks[-1])
    assert told(AT + 2 * MINUTE, "many_opened") == {("Lee", 0)}
    assert told(AT + 3 * MINUTE, "many_opened") == set()
    assert wanted(AT + 3 * MINUTE) >= {("many_opened", "Lee", 0)}
    open_all(staff.counselor, pks, until=AT + HOUR)
    assert told(AT + HOUR + MINUTE, "many_opened") == {("Lee", 0)}
    message = Message.objects.using("owner").filter(kind="many_opened").earliest("due")
    assert (message.subject, message.case_id, message.due) == (staff.counselor.pk, None, AT.replace(minute=0))
    # Who it was the liaison reads on the first screen, and nobody else does.
    as_owner("DELETE FROM delivery_message WHERE kind = 'log_unsealed'")
    for person, seen in (
        (staff.liaison, ["Casey Counselor"] * 2),
        (staff.administrator, []),
        (staff.counselor, []),
    ):
        with acting_as(person.pk):
            assert [one.who for one in watched(User.objects.get(pk=person.pk), AT).found] == seen
    client = Client()
    client.force_login(staff.liaison)
    as_owner("UPDATE delivery_message SET due = due + (now() - %(at)s) WHERE kind = 'many_opened'", at=AT)
    assert (
        "Casey Counselor opened very many cases within ten minutes"
        in client.get(reverse("home")).content.decode()
    )
    assert "Very many cases opened at once" in client.get(reverse("cases:reminders")).content.decode()


def test_the_same_case_again_a_longer_time_lists_and_a_review_of_ones_own_school_are_no_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "MANY", 4)
    staff = make.Staff()
    pks = cases(staff, 4)
    as_owner("UPDATE cases_case SET opened_at = opened_at - interval '31 days'")
    there = make.user("Ari Administrator", Role.ADMINISTRATOR, staff.other_school)
    for _n in range(2):
        open_all(staff.counselor, pks[1:], until=AT)
    open_all(staff.liaison, pks, until=AT, within=12 * MINUTE)
    write(60, verb="cases_listed", actor=staff.social_worker.pk)
    as_owner("UPDATE audit_event SET case_id = NULL, at = %(at)s WHERE verb = 'cases_listed'", at=AT)
    open_all(staff.administrator, pks, until=AT)
    assert told(AT + MINUTE, "many_opened") == set()
    # Of another school it is none.
    open_all(there, pks, until=AT + MINUTE)
    assert told(AT + 2 * MINUTE, "many_opened") == {("Lee", 0)}
    # What the only liaison opens is told to those who answer for the schools.
    open_all(staff.liaison, pks, until=AT + HOUR)
    assert told(AT + HOUR, "many_opened") == {("Ada", 0), ("Ari", 0)}
    # What waits for no review is one when it is reviewed within the hour.
    with acting_as(staff.administrator.pk):
        for case in Case.objects.all():
            reviewed(case, staff.administrator, at=AT + 2 * HOUR)
    open_all(staff.administrator, pks, until=AT + 2 * HOUR)
    assert told(AT + 2 * HOUR, "many_opened") == set()
    open_all(staff.administrator, pks, until=AT + 4 * HOUR)
    assert told(AT + 4 * HOUR, "many_opened") == {("Lee", 0)}
    Membership.objects.using("owner").filter(person=staff.administrator).update(until=AT.date())
    assert ("many_opened", "Ari", 0) in wanted(AT + HOUR)
    assert ("many_opened", "Ada", 0) not in wanted(AT + HOUR)


def test_a_log_that_is_not_sealed_for_five_minutes_is_told_until_it_is() -> None:
    make.Staff()
    write(1, actor=uuid4())
    assert told(AT, "log_unsealed") == set()
    as_owner("UPDATE audit_event SET at = at - interval '6 minutes'")
    assert told(AT, "log_unsealed") == {("Lee", 0)}
    assert told(AT + MINUTE, "log_unsealed") == set()
    assert wanted(AT + MINUTE) == {("log_unsealed", "Lee", 0)}
    seal()
    assert wanted(AT + MINUTE) == set()


def given(staff: make.Staff, person: User, role: Role, school: School | None = None) -> set[tuple[str, int]]:
    """Who is told within the minute that the liaison gave somebody a role; what was before is long ago."""
    as_owner("UPDATE audit_event SET at = at - interval '1 hour'")
    now = database_now()
    give = {"role": role, "school": school, "first_day": now.date(), "at": now}
    district_workflow.give_role(actor=staff.liaison, person=person, **give)
    return told(database_now() + MINUTE, "role_given")


def test_a_role_that_answers_for_cases_is_told_to_every_other_liaison_and_without_one_to_who_else_answers() -> (
    None
):
    staff = make.Staff()
    assert given(staff, staff.teacher, Role.SOCIAL_WORKER, staff.school) == set()
    # The only liaison makes another: it is neither of them who is told.
    assert given(staff, staff.teacher, Role.LIAISON) == {("Ada", 0), ("Lou", 0)}
    assert given(staff, staff.counselor, Role.COUNSEL) == {("Terry", 0)}
    assert given(staff, staff.counselor, Role.ADMINISTRATOR, staff.other_school) == {("Terry", 0)}
    message = Message.objects.using("owner").filter(kind="role_given").latest("due")
    assert message.case_id is None
    client = Client()
    client.force_login(staff.counsel)
    page = client.get(reverse("home")).content.decode()
    assert (
        "The role of liaison, legal counsel or administrator was given to Terry Teacher: look under People"
        in page
    )


def test_the_roles_given_on_one_day_are_one_line_that_names_everybody_and_those_of_another_day_are_another() -> (
    None
):
    staff = make.Staff()
    given(staff, staff.teacher, Role.ADMINISTRATOR, staff.other_school)
    given(staff, staff.teacher, Role.COUNSEL)
    given(staff, staff.sro, Role.COUNSEL)
    given(staff, staff.counselor, Role.ADMINISTRATOR, staff.other_school)
    messages = Message.objects.using("owner").filter(kind="role_given", recipient=staff.counsel)
    role = Membership.objects.filter(person=staff.counselor, role=Role.ADMINISTRATOR)
    noon = AT.replace(hour=20, minute=0)
    messages.update(due=noon)
    messages.filter(subject__in=role.values_list("pk", flat=True)).update(due=noon - DAY)
    with acting_as(staff.counsel.pk):
        lines = [one.who for one in watched(User.objects.get(pk=staff.counsel.pk), AT + HOUR).found]
    assert lines == ["Olu Officer, Terry Teacher", "Casey Counselor"]


def test_where_it_reaches_no_other_liaison_that_a_role_was_given_is_told_to_who_else_answers() -> None:
    staff = make.Staff()
    second = make.user("Lin Liaison", Role.LIAISON)
    assert given(staff, staff.teacher, Role.COUNSEL) == {("Lin", 0)}
    at = database_now() + 2 * MINUTE
    assert told(at, "role_given") == set()
    Message.objects.using("owner").filter(recipient=second).update(state="failed", failed_at=at)
    assert told(at + MINUTE, "role_given") == {("Ada", 0), ("Lou", 0)}


def test_whoever_is_invited_as_liaison_is_told_of_as_well() -> None:
    staff = make.Staff()
    invited = {"name": "Lin Liaison", "email": "lin@example.org", "role": Role.LIAISON, "school": None}
    district_workflow.invite_person(actor=staff.liaison, **invited, at=database_now())
    assert told(database_now() + MINUTE, "role_given") == {("Ada", 0), ("Lou", 0)}
