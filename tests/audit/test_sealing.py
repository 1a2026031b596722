"""Each minute what was written is sealed: all of it, once, whoever writes or seals at the same time."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event as Flag

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from csec.audit import anchors as kept
from csec.audit import sealing
from csec.audit.models import Event, Seal
from csec.audit.tasks import seal_audit
from tests.audit.ledger import numbers, seal, verify, write

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = timedelta(seconds=20)


def sealed() -> int:
    return sum(Seal.objects.using("owner").values_list("count", flat=True))


def test_what_was_written_is_sealed_once_and_nothing_new_makes_no_seal() -> None:
    assert (seal().seals, seal().anchored) == (0, False)
    write(2)
    # A gap in the numbers, which is no removal.
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    write(1)
    assert numbers()[2] - numbers()[0] == 4
    seal_audit()
    assert seal().seals == 0
    write(1)
    done = seal()
    assert (done.events, done.seals, done.head.number) == (1, 1, 2)
    assert sealed() == 4
    assert verify() == (0, "all is as it was written")
    said = StringIO()
    call_command("seal_audit", stdout=said)
    assert said.getvalue().splitlines() == [
        "sealed 0 events in 0 seals",
        f"last seal 2 {done.head.digest.hex()}",
    ]
    for change in ("UPDATE audit_seal SET count = 1", "DELETE FROM audit_seal"):
        with pytest.raises(DatabaseError, match="append-only"), connections["owner"].cursor() as owner:
            owner.execute(change)


def test_an_event_that_is_committed_late_is_neither_missed_nor_out_of_order() -> None:
    """It took its number before others that were committed at once: the sealing waits for it, or leaves them all."""
    written, commit = Flag(), Flag()

    def late() -> None:
        try:
            with transaction.atomic():
                write(1, verb="case_viewed")
                written.set()
                commit.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(late)
        written.wait(10)
        write(2, verb="cases_listed")
        impatient = sealing.run(sealing.clock() + timedelta(minutes=6), patience=timedelta(0))
        assert (impatient.seals, Event.objects.using("owner").count()) == (0, 2)
        assert impatient.unsealed_since is not None
        patient = pool.submit(in_a_thread)
        commit.set()
        writing.result()
        assert patient.result().events == 3
    assert Event.objects.using("owner").order_by("number").first().verb == "case_viewed"  # type: ignore[union-attr]
    assert verify() == (0, "all is as it was written")


def in_a_thread() -> sealing.Sealed:
    try:
        return sealing.run(sealing.clock(), patience=WAITS)
    finally:
        for one in connections.all():
            one.close()


def test_four_that_write_and_three_that_seal_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "IN_ONE_SEAL", 20)
    done = Flag()

    def writer() -> None:
        try:
            for turn in range(60):
                with transaction.atomic():
                    write(1 + turn % 3)
                    if turn % 10 == 9:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    def sealer() -> None:
        while not done.is_set():
            in_a_thread()

    with ThreadPoolExecutor(7) as pool:
        sealers = [pool.submit(sealer) for _n in range(3)]
        for one in [pool.submit(writer) for _n in range(4)]:
            one.result()
        done.set()
        for one in sealers:
            one.result()
    seal()
    assert sealed() == Event.objects.using("owner").count() == 4 * 108
    assert Seal.objects.using("owner").count() > 4
    assert verify() == (0, "all is as it was written")


def test_the_clock_seals_each_minute_and_anchors_every_five() -> None:
    """By the numbers that the documents say: an alarm that the log is not sealed counts on them."""
    entry = settings.CELERY_BEAT_SCHEDULE["seal-audit"]
    assert (entry["task"], entry["schedule"], kept.EVERY) == (seal_audit.name, 60.0, timedelta(minutes=5))


def test_the_chain_is_anchored_every_five_minutes_in_a_file_for_its_owner_alone(anchors: Path) -> None:
    start = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)
    for minute in range(12):
        write(1)
        assert sealing.run(start + timedelta(minutes=minute)).anchored == (minute % 5 == 0)
    assert [anchor.number for anchor in kept.read(anchors) if anchor] == [1, 6, 11]
    assert stat.S_IMODE(anchors.stat().st_mode) == 0o600
    # A line that was torn when the disk was full spoils no other.
    with anchors.open("a") as file:
        file.write("2026-11-20T23:0")
    assert sealing.run(start + timedelta(minutes=20)).anchored
    assert [anchor and anchor.number for anchor in kept.read(anchors)] == [1, 6, 11, None, 12]


@pytest.mark.parametrize(
    ("alias", "sql"),
    [
        ("default", "INSERT INTO audit_seal (number) VALUES (1)"),
        ("default", "SELECT count(*) FROM audit_seal"),
        ("default", "SELECT number FROM audit_event"),
        (
            "default",
            "INSERT INTO audit_event (id, number, at, role, verb, result) OVERRIDING SYSTEM VALUE"
            " VALUES (gen_random_uuid(), 1, now(), '', 'x', 'done')",
        ),
        ("default", "SELECT nextval(pg_get_serial_sequence('audit_event', 'number'))"),
        (
            "audit",
            "INSERT INTO audit_event (id, at, role, verb, result) VALUES (gen_random_uuid(), now(), '', '', '')",
        ),
        ("audit", "UPDATE audit_seal SET count = 1"),
        ("audit", "DELETE FROM audit_seal"),
        ("audit", "TRUNCATE audit_seal"),
    ],
    ids=[
        "the application seals nothing",
        "nor reads the seals",
        "nor the log",
        "nor chooses the number of an event",
        "nor takes one without writing it",
        "who seals writes no event",
        "changes no seal",
        "deletes none",
        "and does not empty the chain",
    ],
)
@pytest.mark.django_db(transaction=False)
def test_the_database_refuses(alias: str, sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(using=alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(sql)
