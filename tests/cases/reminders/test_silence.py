"""Every message that goes out about a case, as it arrives: nothing in it says whom or what it is about."""

from datetime import date, timedelta
from email.message import Message as Mail

import pytest
from django.db import DatabaseError, connection, transaction

from cases import workflow
from csec.delivery import sending
from csec.delivery.kinds import KINDS
from csec.delivery.models import Message
from csec.directory.models import Closure, Student
from tests import make
from tests.cases.reminders.worker import as_worker, covered, swept
from tests.delivery.conftest import sink as sink
from tests.delivery.sink import Sink
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = (
    "Avery", "Brook", "Alder", "Redwood", "Casey", "Olu", "CSEC", "traffick", "victim", "recruit", "Suspected",
    "suspected", "car of strangers", "Child Welfare", "student", "check-in", "concern", "SRO", "report",
)  # fmt: skip


#: What is watched for in the log is no case's, and is brought about in tests of its own.
OF_THE_LOG = {"many_opened", "log_unsealed", "log_contradicted", "role_given"}
#: So is where too few are left to be told (test_told_beside.py).
BESIDE = {"emergency_beside", "nobody_answers"}


def everything_said(staff: make.Staff) -> set[str]:
    """Something of each kind waits in the outbox."""
    Closure.objects.using("owner").create(
        name="Break", first_day=date(2026, 12, 7), last_day=date(2026, 12, 18)
    )
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.concern(staff)
    workflow.accept_concern(actor=staff.counselor, concern=make.concern(staff), at=AT)
    make.asked_in(case, staff.counselor, staff.sro)
    make.record(
        case, staff.counselor, "regular_contact", "unable", reason="Not there.", values={"student_safe": "no"}
    )
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=AT)
    Student.objects.using("owner").update(birth_date=date(2008, 11, 25))
    make.opened_in_emergency(case, staff.counsel)
    make.records_request(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    other = make.case(staff)
    with transaction.atomic(using="owner"):
        other.people.using("owner").update(until=AT)
    gone = make.student(staff.school, "Sky", "Stone")
    make.case(staff, about=make.concern(staff, student=gone))
    make.left_school(gone)
    away = (AT + timedelta(days=14)).date()
    workflow.enter_away(actor=staff.counselor, person=staff.counselor, first_day=away, last_day=away, at=AT)
    moving = make.case(staff)
    make.offered(moving, staff.counselor, staff.elsewhere)
    swept(AT + timedelta(hours=13))
    swept(AT + timedelta(days=14))
    return set(Message.objects.using("owner").values_list("kind", flat=True))


def texts(mail: Mail) -> list[str]:
    bodies = [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]  # type: ignore[union-attr]
    headers = [f"{name}: {value}" for name, value in mail.items() if name not in ("To", "Date")]
    return [*headers, *bodies]


def test_no_message_of_any_kind_says_what_it_is_about(sink: Sink) -> None:
    staff = make.Staff()
    assert everything_said(staff) == set(KINDS) - OF_THE_LOG - BESIDE
    with as_worker():
        sending.send_due(lambda: AT + timedelta(days=15))
    assert len(sink.mails) > 10
    found = [
        (word, text)
        for mail in sink.mails
        for text in texts(mail)
        for word in PLANTED
        if word.lower() in text.lower()
    ]
    assert found == []
    assert {mail["Subject"] for mail in sink.mails} == {"A task needs you.", "A task needs you now."}


def test_the_outbox_holds_no_word_at_all(sink: Sink) -> None:
    staff = make.Staff()
    everything_said(staff)
    kinds = set(KINDS)
    for row in Message.objects.using("owner").values():
        words = {value for value in row.values() if isinstance(value, str)}
        assert words <= kinds | set(Message.State.values)


def test_a_contact_recorded_between_sweep_and_sending_is_not_asked_for_any_more(sink: Sink) -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    make.reported(case, staff.counselor)
    swept(AT + timedelta(days=5))
    now = make.part(case, staff.counselor, "regular_contact")
    workflow.record_checkin(
        actor=staff.counselor, part=now, version=now.version, seen=True, happened_at=AT, at=AT
    )
    with as_worker():
        sending.send_due(lambda: AT + timedelta(days=6))
    states = Message.objects.using("owner").filter(kind="check_in").values_list("state", flat=True)
    assert set(states) == {"withdrawn"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sealed FROM cases_concern",
        "SELECT student_id FROM cases_case",
        "SELECT number FROM cases_case",
        "SELECT sealed FROM cases_breakplan",
        "SELECT * FROM cases_entryevidence",
        "SELECT * FROM cases_concernauthor",
        "SELECT * FROM directory_student",
        "SELECT * FROM crypto_datakey",
        "UPDATE cases_case SET status = 'closed'",
        "UPDATE cases_checkin SET state = 'seen'",
        "DELETE FROM delivery_message",
    ],
)
def test_the_worker_reads_nothing_that_was_written_and_ends_nothing(sql: str) -> None:
    with as_worker(), pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(sql)
