"""A real log, tampered with by the owner of the database: the first entry that is not as it was written is named."""

# ruff: noqa: S608 - what an owner of the database would type
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from cases.reading.watched import watched
from csec.audit import chain, sealing
from csec.audit.anchors import Contradicted, read
from csec.audit.models import Seal
from csec.audit.tasks import seal_audit
from csec.delivery import health
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.audit.ledger import as_owner, numbers, seal, tampered, verify, write
from tests.cases.reminders.worker import told, wanted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Twelve events in four seals, the last of them anchored; their numbers."""
    monkeypatch.setattr(sealing, "IN_ONE_SEAL", 3)
    write(12)
    assert seal().seals == 4
    assert verify() == (0, "all is as it was written")
    return numbers()


def named(*statements: str) -> str:
    """What `verify_audit` calls the first bad entry after these, without the id of the event."""
    with tampered(*statements):
        code, said = verify()
    assert code == 2
    return said.removeprefix("FIRST BAD ENTRY: ").split(" (")[0].split(" at ")[0]


def test_changed_removed_inserted_and_moved_events_are_named(log: list[int]) -> None:
    fifth, eighth = log[4], log[7]
    for change in (
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "id = gen_random_uuid()",
        "actor = gen_random_uuid()",
        "actor = NULL",
        "role = 'sro'",
        "verb = 'cases_listed'",
        "subject = gen_random_uuid()",
        "case_id = NULL",
        "request = gen_random_uuid()",
        "result = 'denied'",
        "digest = sha256('')",
    ):
        changed = f"UPDATE audit_event SET {change} WHERE number IN ({fifth}, {eighth})"
        assert named(changed) == f"event {fifth} was changed", change

    columns = "at, actor, role, verb, subject, case_id, request, result"
    insert = (
        f"INSERT INTO audit_event (id, number, {columns})"
        f" SELECT gen_random_uuid(), {{}}, {columns} FROM audit_event WHERE number = {log[8]}"
    )
    delete, move = (
        "DELETE FROM audit_event WHERE number = {}",
        "UPDATE audit_event SET number = {} WHERE number = {}",
    )
    for place in (0, 5, 11):
        assert named(delete.format(log[place])) == f"event {log[place]} was removed"
    # Also where one was rolled back, whose number nobody has; and in the place of one that was removed.
    before = log[0] - 1
    assert named(insert.format(before)) == f"event {before} was inserted"
    assert named(delete.format(log[6]), insert.format(log[6])) == f"event {log[6]} was changed"
    swapped = named(move.format(-5, log[3]), move.format(log[3], log[4]), move.format(log[4], -5))
    assert swapped == f"event {log[3]} was moved: it was number {log[4]}"
    assert named(move.format(before, log[1])) == f"event {before} was moved: it was number {log[1]}"
    # To behind the last seal, where it would be taken for a new one.
    assert named(move.format(log[11] + 500, log[2])) == f"event {log[2]} was removed"


def test_changed_removed_and_moved_seals_and_a_cut_off_end_are_named(log: list[int]) -> None:
    for change in (
        "at = at - interval '1 hour'",
        "at = 'infinity'",
        "until = until + 100",
        "count = 7",
        "entries = ''",
    ):
        assert named(f"UPDATE audit_seal SET {change} WHERE number = 2") == "seal 2 was changed", change
    assert named("DELETE FROM audit_seal WHERE number = 1") == "seal 1 is missing"
    assert named("DELETE FROM audit_seal WHERE number = 3") == "seal 3 is missing"
    move = "UPDATE audit_seal SET number = {} WHERE number = {}"
    assert named(move.format(9, 2), move.format(2, 3), move.format(3, 9)) == "seal 2 was changed"
    # The end, cut off: what is left is whole in itself.
    events = f"DELETE FROM audit_event WHERE number > {log[5]}"
    assert (
        named("DELETE FROM audit_seal WHERE number > 2", events) == "seal 3 is missing: the end was cut off"
    )
    assert named("TRUNCATE audit_event, audit_seal") == "seal 1 is missing: the end was cut off"


def test_a_chain_that_was_forged_is_whole_in_itself_and_named_by_the_anchors(
    log: list[int], anchors: Path
) -> None:
    change = f"UPDATE audit_event SET actor = gen_random_uuid() WHERE number = {log[4]}"
    with tampered(change, "TRUNCATE audit_seal"):
        with pytest.raises(Contradicted):
            seal()
        with pytest.raises(CommandError, match="Seal 4 of the log is not the one that was anchored"):
            call_command("seal_audit")
        assert Seal.objects.using("owner").count() == 4
        assert verify()[1].startswith("FIRST BAD ENTRY: seal 4 is not the one that was anchored")
        assert len(list(read(anchors))) == 1
        elsewhere = anchors.rename(anchors.with_suffix(".elsewhere"))
        code, said = verify()
        assert (code, said.split(":")[0]) == (1, "Nothing is anchored")
        elsewhere.rename(anchors)
    # The last seal alone, made to fit what was changed.
    with tampered(f"UPDATE audit_event SET verb = 'cases_listed' WHERE number = {log[11]}"):
        last = Seal.objects.using("owner").get(number=4)
        with connections["owner"].cursor() as cursor:
            entries = b"".join(line.entry for line in chain.events(cursor, after=log[8], until=log[11]))
        digest = chain.seal_digest(
            number=4,
            at=last.at.strftime(chain.PYTHON_TIME),
            until=log[11],
            count=3,
            entries=entries,
            previous=bytes(last.previous),
        )
        forged = "UPDATE audit_seal SET entries = %(entries)s, digest = %(digest)s WHERE number = 4"
        as_owner(forged, entries=entries, digest=digest)
        assert verify()[1].startswith("FIRST BAD ENTRY: seal 4 is not the one that was anchored")


def test_what_cannot_be_read_is_never_called_whole(log: list[int], anchors: Path) -> None:
    anchors.write_text(anchors.read_text().replace(" 4 ", " four "))
    assert verify()[0] == 1
    with connections["owner"].cursor() as owner:
        try:
            owner.execute("ALTER TABLE audit_event ALTER COLUMN number DROP IDENTITY")
            owner.execute("ALTER TABLE audit_event ALTER COLUMN number DROP NOT NULL")
            owner.execute(
                "INSERT INTO audit_event (id, at, role, verb, result) VALUES (%s, now(), '', 'x', 'done')",
                [uuid4()],
            )
            assert verify() == (2, "FIRST BAD ENTRY: event 0 was inserted without a number")
            owner.execute("ALTER TABLE audit_event RENAME TO audit_gone")
            assert verify() == (2, "The log cannot be read (ProgrammingError).")
        finally:
            owner.execute("ALTER TABLE IF EXISTS audit_gone RENAME TO audit_event")
            owner.execute("TRUNCATE audit_event")
            owner.execute("ALTER TABLE audit_event ALTER COLUMN number SET NOT NULL")
            owner.execute("ALTER TABLE audit_event ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY")


def test_a_chain_that_is_not_the_one_that_was_anchored_is_an_alarm_and_is_told_to_the_liaison(
    log: list[int], anchors: Path
) -> None:
    staff = make.Staff()
    assert told(database_now(), "log_contradicted") == set()
    assert not health.state(database_now()).log_contradicted
    change = f"UPDATE audit_event SET actor = gen_random_uuid() WHERE number = {log[4]}"
    with tampered(change, "TRUNCATE audit_seal"), pytest.raises(Contradicted):
        seal_audit()
    assert health.state(database_now()).log_contradicted
    assert Client().get("/healthz").status_code == 503
    assert told(database_now(), "log_contradicted") == {("Lee", 0)}
    assert ("log_contradicted", "Lee", 0) in wanted(database_now())
    with acting_as(staff.liaison.pk):
        assert [one.kind for one in watched(staff.liaison, database_now()).found] == ["log_contradicted"]
    # What agrees again for five minutes is over.
    later = database_now() + timedelta(minutes=6)
    assert not health.state(later).log_contradicted
