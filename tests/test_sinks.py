"""
Twelve places where no student, no school, no track, no word and no reporter may ever be found.

Mail, its subject, the log of the processes, addresses, titles, the broker, the cache, PostgreSQL's log, what is said of
an error, and the log of what was done: here. The browser's storage and what it tells other sites: in `tests/browser`.
"""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django import forms
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from csec import urls
from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.audit import sealing
from csec.celery import app
from csec.delivery import sending
from csec.delivery.ticks import database_now
from tests import make
from tests.cases.reminders.worker import as_worker, swept
from tests.deeds import World as School
from tests.deeds import deeds, run
from tests.delivery.conftest import sink as sink
from tests.delivery.sink import Sink
from tests.make import AT
from tests.matrix.asking import undone
from tests.matrix.cells import addresses, expected
from tests.matrix.forms import fields_of, made
from tests.matrix.posts import POSTS
from tests.matrix.rows import looked_at
from tests.matrix.test_posted import NAMES as FORMS
from tests.matrix.test_posted import Sender
from tests.matrix.world import World
from tests.sinks import MARKUP, TOLD, Left, LogOfPostgres, found_in, log_of_the_application
from tests.stored import dump
from tests.test_tools import PRODUCTION, ROOT, _clean
from tests.words import told

handler500 = urls.handler500

#: Who sees most, each in their own way.
WHO = ("teacher", "counselor", "sro", "liaison")


@pytest.fixture(scope="module")
def past_every_rule(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The world is built with what nobody may write, by a function that has to be there before."""
    with django_db_blocker.unblock(), looked_at():
        yield


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.usefixtures("past_every_rule")
def test_no_page_has_them_in_an_address_a_title_a_cookie_a_header_or_the_log() -> None:
    left, world = Left(), World(database_now())
    with log_of_the_application() as said:
        for who in WHO:
            for address in addresses(world):
                if address.state in ("own", "") and 200 in expected(address, "get", who, world):
                    with undone():
                        left.by(world.clients[who].get(address.path))
        for route in FORMS:
            with undone():
                POSTS[route.split(":")[-1]].before(world)
                fill_and_send(Sender(world, route), left)
    assert len(left.titles) > 30
    assert len(left.addresses) > 200
    assert left.hits() == {}
    assert found_in(said.getvalue()) == set()
    # And what was typed is shown as it was typed, and never read as a part of the page.
    assert left.as_text > 30
    assert left.as_markup == []


def fill_and_send(sender: Sender, left: Left) -> None:
    """Send a form with words in it: rightly, so that it is taken, and then so that it comes back."""
    with made() as found, undone():
        sender.client.post(sender.address.path, {})
    typed = {
        name: f"{TOLD} {name} {MARKUP}"
        for name, field in fields_of(found).items()
        if isinstance(field.widget, forms.Textarea)
    }
    with undone():
        taken = sender.client.post(sender.address.path, sender.data | typed)
        left.by(taken)
        assert taken.status_code == sender.post.answer, sender.name
        if taken.status_code == 302:
            left.by(sender.client.get(taken["Location"]))
    with undone():
        left.by(sender.client.post(sender.address.path, typed | {"student_query": "Avery", "find": "1"}))


@pytest.mark.django_db
def test_a_colleague_who_is_named_on_the_next_page_is_not_named_in_the_browser_until_then() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    clients = []
    for person in (staff.counselor, staff.social_worker):
        clients.append(Client())
        clients[-1].force_login(person)
        answer = clients[-1].post(f"{concern.get_absolute_url()}accept/", {"additions": "0"})
    left = Left()
    left.by(answer)
    assert {cookie.partition("=")[0] for cookie in left.cookies} == {"messages"}
    assert left.hits() == {}
    page = clients[-1].get(answer["Location"]).content.decode()
    assert re.search(r'class="message message-warning".*<span>Casey Counselor took this concern', page)


#: Kept apart from what raises: a traceback shows lines of code.
NARRATIVE = f"{TOLD}: Avery Brook was picked up again."
ROW = (
    "INSERT INTO directory_student (id, school_id, given_name, family_name, local_id, active)"
    " SELECT gen_random_uuid(), id, 'Avery', NULL, 'Planted', true FROM directory_school LIMIT 1"
)
SLOW = "SELECT pg_sleep(5), 'Avery Brook'"


def fails_over_a_narrative(request: HttpRequest) -> HttpResponse:
    narrative = NARRATIVE
    raise RuntimeError(narrative)


def fails_over_a_row(request: HttpRequest) -> HttpResponse:
    """PostgreSQL refuses a row, and quotes it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(ROW)
    return HttpResponse()


def takes_too_long(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute(SLOW)
    return HttpResponse()


@app.task(name="tests.fails", ignore_result=True)
def fails_in_the_worker(words: str) -> None:
    try:
        raise IntegrityError(words)
    except IntegrityError as error:
        raise ValueError(words) from error


FAILING = {
    "fails/": (fails_over_a_narrative, 500),
    "refused/": (fails_over_a_row, 500),
    "slow/": (takes_too_long, 503),
}
urlpatterns = [*urls.urlpatterns, *(path(address, view) for address, (view, _status) in FAILING.items())]


@pytest.mark.urls("tests.test_sinks")
@pytest.mark.django_db(transaction=True)
def test_no_error_says_with_which_words_it_happened_in_a_page_the_log_or_the_log_of_postgresql() -> None:
    staff, log = make.Staff(), LogOfPostgres()
    client = Client(raise_request_exception=False)
    client.force_login(staff.counselor)
    with log_of_the_application() as said:
        for address, (_view, status) in FAILING.items():
            answer = client.post(f"/{address}", {"account": f"{TOLD} words", "student": "Avery Brook"})
            assert (answer.status_code, found_in(answer.content.decode())) == (status, set()), address
        fails_in_the_worker.apply([NARRATIVE], throw=False)
        refused_by_postgresql()
    text = said.getvalue()
    for kind in ("RuntimeError", "IntegrityError", "ValueError", "statement_timeout"):
        assert kind in text
    assert found_in(text) == set()
    written = of_postgres(log)
    for happened in (
        "not-null",
        "unique",
        "check",
        "row-level security",
        "statement timeout",
        "permission denied",
    ):
        assert happened in written
    assert found_in(written) == set()


#: What PostgreSQL refuses, with a planted word in the row and in the statement, and what it says of it.
REFUSED = {
    "unique constraint": (
        "owner",
        "INSERT INTO accounts_user (id, email, name, password, is_active)"
        " SELECT gen_random_uuid(), email, 'Planted', 'Avery', true FROM accounts_user LIMIT 1",
    ),
    "check constraint": ("owner", "UPDATE accounts_membership SET role = 'Planted'"),
    "row-level security": (
        "default",
        "INSERT INTO crypto_datakey (id, scope, master_version, wrapped)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'Planted')",
    ),
    "permission denied": ("default", "UPDATE cases_entry SET outcome = 'Planted'"),
    "does not exist": ("default", "SELECT 'Planted' FROM nowhere"),
}


def refused_by_postgresql() -> None:
    for alias, sql in REFUSED.values():
        with pytest.raises(DatabaseError), connections[alias].cursor() as cursor:
            cursor.execute(sql)


def test_a_process_that_ends_by_an_error_says_its_kind_and_where_and_not_its_words() -> None:
    ends = "from django.conf import settings\nsettings.DEBUG\nraise ValueError('Plan' + 'ted')"
    done = subprocess.run(
        [sys.executable, "-c", ends],
        cwd=ROOT,
        env={**_clean(), **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("ValueError\n")
    assert found_in(done.stderr) == set()


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the processes write files."""
    settings.CSEC_VAR, settings.AUDIT_ANCHOR_FILE = tmp_path, str(tmp_path / "anchors" / "audit.log")
    return tmp_path


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue of the test's own on the broker."""
    name = f"sinks-{uuid4()}"
    yield name
    with redis.from_url(settings.CELERY_BROKER_URL) as broker:
        broker.delete(name, f"_kombu.binding.{name}")


@pytest.mark.django_db(transaction=True)
def test_whatever_is_done_they_are_in_no_mail_broker_cache_file_or_log(
    sink: Sink, folder: Path, queue: str
) -> None:
    log = LogOfPostgres()
    with log_of_the_application() as said:
        staff = everything_done()
        swept(AT + timedelta(days=14))
        for person in (staff.teacher, staff.counselor):
            resets.ask(person.email, at=database_time())
        resets.invite(staff.social_worker, at=database_time())
        resets.tell_before(staff.sro, "before@example.org", at=database_time())
        with as_worker():
            sending.send_due(lambda: AT + timedelta(days=15))
            resets.send(at=database_time())
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            app.send_task(entry["task"], queue=queue, **entry["options"])
        call_command("snapshot_emergency_card")
        sealing.run(sealing.clock())
        mark_each_log()
    assert len(sink.mails) > 20
    places = {
        "mail": [text for mail in sink.mails for text in texts(mail)],
        "subject": [str(mail["Subject"]) for mail in sink.mails],
        "log": [said.getvalue()],
        "broker": on_the_broker(),
        "cache": [str(value) for cache in caches.all() for value in vars(cache).get("_cache", {}).values()],
        "file": [file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file()],
        "audit": [line for name, lines in dump().items() if name.startswith("audit_") for line in lines],
        "outbox": dump()["delivery_message"],
        "log of PostgreSQL": [of_postgres(log)],
    }
    assert {name for name, found in places.items() if not "".join(found)} == set()
    # What is there for certain is found in each place that could as well be looked for in the wrong one.
    assert {name for name in MARKED if MARK not in "".join(places[name])} == set()
    hits = {f"{name}: {words}" for name, all_ in places.items() for text in all_ if (words := found_in(text))}
    assert hits == set()


#: Put where little is written in a test, and where nothing may be: so that to find nothing there means something.
MARK = "seen-by-the-test"
MARKED = ("log", "cache", "log of PostgreSQL")


def mark_each_log() -> None:
    logging.getLogger("csec").warning("%s", MARK)
    caches["default"].set("mark", MARK)
    with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
        cursor.execute(f'SELECT FROM "{MARK}"')


def of_postgres(log: LogOfPostgres) -> str:
    """What it wrote meanwhile. Only where its server is not the tests' own there may be nothing to be read."""
    written = log.read()
    if written is None and log.is_ours:
        pytest.fail("The log of the tests' own PostgreSQL is not where it is looked for.")
    if written is None:
        pytest.skip("PostgreSQL runs elsewhere: its log is not to be read from here.")
    return written


def everything_done() -> make.Staff:
    """Each verb is done, with a planted word wherever it takes one."""
    make.district()
    school = School()
    for verb, deed in deeds(school).items():
        run(verb, deed, **{name: f"{TOLD} {name}" for name in told(verb)})
    return school.staff


def texts(mail: Any) -> list[str]:
    bodies = [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]
    return [*(f"{name}: {value}" for name, value in mail.items() if name not in ("To", "Date")), *bodies]


def on_the_broker() -> list[str]:
    """All that is there, whoever put it there."""
    with redis.from_url(settings.CELERY_BROKER_URL) as broker:
        kept: dict[bytes, Any] = {}
        for key in broker.keys("*"):
            ways = {
                b"list": lambda: broker.lrange(key, 0, -1),  # noqa: B023 - called at once
                b"set": lambda: broker.smembers(key),  # noqa: B023
                b"hash": lambda: broker.hgetall(key),  # noqa: B023
            }
            kept[key] = ways.get(broker.type(key), lambda: broker.dump(key))()  # noqa: B023
        return [f"{key!r} {value!r}" for key, value in kept.items()]
