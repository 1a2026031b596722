"""
What PostgreSQL's triggers refuse, whoever asks: a row each, beside the same change by whoever may.

Written as the owner of the database, past the rules of the tables: nothing but the trigger refuses it.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction

from cases import workflow
from cases.models import Case, EmergencyAccess, Entry, ReportDuty, Transfer
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from protocols.models import ProtocolVersion
from tests import make, reviews
from tests.asked import refusal, while_it_is
from tests.cases.parents import taken_along
from tests.make import AT
from tests.matrix.rows import looked_at, said_to_owner, write_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


def changed(acting: User | None, person: User, change: str) -> bool:
    """Whether PostgreSQL lets somebody change an account, as the application."""
    sql = f"UPDATE accounts_user SET {change} WHERE id = %s"  # noqa: S608 - of ours
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            who = str(acting.pk) if acting else ""
            cursor.execute("SELECT set_config('csec.person', %s, true)", [who])
            cursor.execute(sql, [person.pk])
            found = bool(cursor.rowcount)
            transaction.set_rollback(True)
            return found
    except DatabaseError as error:
        if "acting person's to change" in str(error) or "own to choose" in str(error):
            return False
        raise


#: A change of an account, and who makes it: the person themselves, or these.
ACCOUNT = {
    "password = '!x'": ("themselves",),
    "name = 'Another'": ("liaison",),
    "email = 'another@example.org'": ("liaison",),
    "is_active = false": ("administrator", "liaison"),
    "language = 'es'": ("themselves",),
}


def test_whose_account_somebody_changes() -> None:
    staff = make.Staff()
    person = staff.counselor
    acting = {
        "themselves": person,
        "teacher": staff.teacher,
        "administrator": staff.administrator,
        "liaison": staff.liaison,
        "elsewhere": staff.elsewhere,
        "counsel": staff.counsel,
    }
    for change, by in ACCOUNT.items():
        assert [who for who, one in acting.items() if changed(one, person, change)] == list(by), change
    assert not changed(None, person, "language = 'es'")
    User.objects.filter(pk=person.pk).update(is_active=False)
    opens = [who for who, one in acting.items() if changed(one, person, "is_active = true")]
    assert opens == ["liaison"]


def test_the_owner_of_the_database_changes_any_account_whoever_acts() -> None:
    staff = make.Staff()
    for change in (*ACCOUNT, "name = 'Another', password = '!x'"):
        assert refusal(staff.teacher, staff.counselor, change) == "", change


def test_what_is_answered_is_answered_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    question = reviews.question(case, staff.administrator)
    assert refusal(staff.counselor, question, "put_to = put_to") == ""
    reviews.answered(case, staff.counselor, question)
    assert "answered already" in refusal(staff.counselor, question, "answer = 'cannot_say'")
    request = make.records_request(staff)
    assert refusal(staff.counsel, request, "due_on = due_on + 1") == ""
    write_as_owner("UPDATE cases_recordsrequest SET closed_at = now() WHERE id = %s", request.pk)
    assert "answered already" in refusal(staff.counsel, request, "due_on = due_on + 1")
    assert "answered already" in refusal(staff.counsel, request, "closed_at = NULL")


REVIEWED = "finding = 'needed', review_sealed = 'x', reviewed_at = now(), reviewed_by_id = "


def test_what_each_says_of_a_case_opened_in_an_emergency() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    opened = make.opened_in_emergency(case, staff.counsel)
    said, ended = "sealed = 'y'", "ended_at = begun_at + interval '1 minute'"
    of_another = "not theirs to say"
    why = EmergencyAccess(pk=uuid4())
    write_as_owner(
        "INSERT INTO cases_emergencyaccess (id, case_id, person_id, begun_at, until, review_by, finding)"
        " VALUES (%s, %s, %s, now(), now() + interval '1 hour', now() + interval '1 day', '')",
        *(why.pk, case.pk, staff.counsel.pk),
    )
    assert refusal(staff.counsel, why, said) == ""
    assert of_another in refusal(staff.administrator, why, said)
    assert of_another in refusal(staff.counsel, opened, said)
    assert of_another in refusal(staff.administrator, opened, said)
    assert of_another in refusal(staff.administrator, opened, ended)
    assert refusal(staff.counsel, opened, ended) == ""
    with acting_as(staff.counsel.pk), while_it_is("cases_emergencyaccess", ended, "id = %s", opened.pk):
        assert of_another in refusal(staff.counsel, opened, "ended_at = NULL")
    for person, by, may in (
        (staff.administrator, staff.administrator, True),
        (staff.administrator, staff.counselor, False),
        (staff.counsel, staff.counsel, False),
        (staff.counsel, staff.counselor, False),
    ):
        found = refusal(person, opened, f"{REVIEWED}'{by.pk}'")
        assert (found == "") if may else (of_another in found), (person, by)
    with (
        acting_as(staff.administrator.pk),
        while_it_is("cases_emergencyaccess", f"{REVIEWED}'{staff.administrator.pk}'", "id = %s", opened.pk),
    ):
        assert of_another in refusal(staff.administrator, opened, "finding = 'not_needed'")


def test_a_row_of_the_roster_comes_from_its_file_and_is_merged_by_who_answers_for_its_school() -> None:
    staff = make.Staff()
    student, kept, third = (make.student(staff.school, name) for name in ("Uma", "Una", "Uta"))
    renamed = "given_name = 'Ulla'"
    assert refusal(None, student, renamed) == ""
    assert "comes from its file" in refusal(staff.administrator, student, renamed)
    merged, undone = f"merged_into_id = '{kept.pk}'", "merged_into_id = NULL"
    not_theirs = "not theirs to merge"
    for one in (staff.administrator, staff.liaison):
        assert refusal(one, student, merged) == ""
        assert not_theirs in refusal(one, student, f"{merged}, {renamed}")
    for one in (staff.counselor, staff.elsewhere, None):
        assert not_theirs in refusal(one, student, merged)
    with (
        acting_as(staff.administrator.pk),
        while_it_is("directory_student", merged, "id = %s", student.pk),
    ):
        assert refusal(staff.administrator, student, undone) == ""
        assert not_theirs in refusal(staff.counselor, student, undone)
        no_chain = "merged rows make no chain"
        # Merged already; into one that is merged itself; and one into which another was merged.
        assert no_chain in refusal(staff.administrator, student, f"merged_into_id = '{third.pk}'")
        assert no_chain in refusal(staff.administrator, third, f"merged_into_id = '{student.pk}'")
        assert no_chain in refusal(staff.administrator, kept, f"merged_into_id = '{third.pk}'")


def said(state: str, by: User) -> str:
    return f"state = '{state}', answered_at = now(), answered_by_id = '{by.pk}'"


def test_what_each_says_of_a_case_that_is_offered() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    offer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    counselor, receiver = staff.counselor, staff.elsewhere
    not_theirs = "not theirs to say"
    # Whoever may say it, and in their own name.
    assert refusal(receiver, offer, said("refused", receiver)) == ""
    assert refusal(counselor, offer, said("withdrawn", counselor)) == ""
    for person, change in (
        (counselor, said("refused", counselor)),
        (counselor, said("accepted", counselor)),
        (receiver, said("refused", counselor)),
        (receiver, said("withdrawn", receiver)),
        (counselor, said("withdrawn", staff.administrator)),
        (counselor, said("asked", counselor)),
        (counselor, f"receiver_id = '{staff.social_worker.pk}'"),
        (counselor, "offered_at = now()"),
        (counselor, f"began_by_id = '{staff.administrator.pk}'"),
    ):
        assert not_theirs in refusal(person, offer, change), (person, change)
    with (
        acting_as(counselor.pk),
        while_it_is("cases_transfer", said("withdrawn", counselor), "id = %s", offer.pk),
    ):
        assert not_theirs in refusal(counselor, offer, "answer_sealed = 'x'")


def test_what_is_not_offered_yet_is_offered_in_ones_own_name() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    transfer = Transfer(pk=uuid4())
    write_as_owner(
        "INSERT INTO cases_transfer (id, case_id, from_school_id, kind, state, began_at, began_by_id)"
        " VALUES (%s, %s, %s, '', 'asked', now(), %s)",
        transfer.pk,
        case.pk,
        staff.school.pk,
        staff.counselor.pk,
    )
    offered = (
        f"kind = 'unknown', state = 'open', key_id = '{case.key_id}', offered_at = now(), sealed = 'x',"
        " offered_by_id = "
    )
    counselor, administrator = staff.counselor, staff.administrator
    assert refusal(counselor, transfer, f"{offered}'{counselor.pk}'") == ""
    assert "not theirs to say" in refusal(counselor, transfer, f"{offered}'{administrator.pk}'")


def corrected(by: User, entry: Entry, outcome: str, **given: Any) -> Entry:
    return workflow.correct_entry(
        actor=by, entry=entry, outcome=outcome, happened_at=AT, at=AT, **({"reason": "By mistake."} | given)
    )


def duty_of(person: User, case: Case) -> tuple[str, Any]:
    with acting_as(person.pk):
        duty = ReportDuty.objects.get(person=person, case=case)
        return duty.how, duty.entry_id


def test_ones_own_duty_to_report_follows_what_one_says_of_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    counselor = staff.counselor
    assert duty_of(counselor, case) == ("", None)
    made = make.own_report(case, counselor)
    assert duty_of(counselor, case) == ("own", made.pk)
    values = {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services", "reference": "R-2"}
    again = corrected(counselor, made, "done", values=values)
    assert duty_of(counselor, case) == ("own", again.pk)
    corrected(counselor, again, "reopened")
    assert duty_of(counselor, case) == ("", None)


def test_on_a_track_that_asks_everybody_to_report_no_duty_lets_one_opt_out() -> None:
    """But that of whoever may not open the case: by it they would read which track that is on."""
    staff = make.Staff()
    suspected, confirmed = make.case(staff), make.another_case(staff, "confirmed_victim")
    answers = ((staff.administrator, (True, False)), (staff.social_worker, (True, True)))
    for person, both in answers:
        for case, may in zip((suspected, confirmed), both, strict=True):
            write_as_owner(
                "INSERT INTO cases_reportduty (id, case_id, school_id, person_id, number, asked_at, learned_at, due_at,"
                " may_opt_out, how) VALUES (gen_random_uuid(), %s, %s, %s, 1, now(), now(), now(), true, '')",
                case.pk,
                staff.school.pk,
                person.pk,
            )
            found = "SELECT may_opt_out FROM cases_reportduty WHERE person_id = %s AND case_id = %s"
            assert said_to_owner(found, person.pk, case.pk) == [{"may_opt_out": may}]


def test_a_protocol_that_is_published_is_written_again_only_as_it_is() -> None:
    versions = ProtocolVersion.objects.using("owner")
    assert versions.count() > 0
    with connections["owner"].cursor() as owner:
        owner.execute("UPDATE protocols_protocolversion SET version = version")
        assert owner.rowcount == versions.count()
    for sql in (
        "UPDATE protocols_protocolversion SET version = version || '-2'",
        "DELETE FROM protocols_protocolversion",
    ):
        with (
            pytest.raises(DatabaseError, match="neither changed nor deleted"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as owner,
        ):
            owner.execute(sql)


def test_that_a_student_is_back_from_custody_is_said_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    custody = taken_along(case, staff.counselor)
    comes_back = "ended_at = now(), ended_by_id = recorded_by_id, ended_sealed = 'x'"
    assert refusal(staff.counselor, custody, comes_back) == ""
    with while_it_is("cases_custody", comes_back, "id = %s", custody.pk):
        assert "ended already" in refusal(staff.counselor, custody, comes_back)
