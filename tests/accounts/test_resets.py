"""The link to choose a new password: asked for in a request, sent by the worker."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.accounts.links import Links
from csec.accounts.models import PasswordReset, Session, SignInTry, User
from csec.bootstrap import ROOT
from tests import make
from tests.accounts.at_the_door import is_signed_in, sign_in
from tests.delivery.addresses import addresses_of_the_test_database
from tests.delivery.conftest import _as_the_owner, sink  # noqa: F401 - fixtures: the worker's part is the owner's
from tests.delivery.sink import Sink

AS_OWNER = True

pytestmark = pytest.mark.django_db

PUBLIC = "https://lantern.example.org"
NEW = "seven quiet rivers past noon"


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def test_the_link_is_sent_once_and_leads_to_a_new_password_once(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
    settings: Any,
) -> None:
    settings.PUBLIC_URL = f"{PUBLIC}/"
    Client().post(reverse("account_reset_password"), {"email": staff.counselor.email.upper()})
    Client().post(reverse("account_reset_password"), {"email": "nobody.at.all@example.org"})
    assert resets.send(at=database_time()) == 1
    assert resets.send(at=database_time()) == 0
    [message] = sink.mails
    text = message.get_payload(decode=True).decode()
    assert message["To"] == staff.counselor.email
    assert "CSEC" not in text + message["Subject"]
    assert staff.counselor.name not in text
    [link] = [line.removeprefix(PUBLIC) for line in text.splitlines() if line.startswith(PUBLIC)]
    client = Client()
    form = client.get(link, follow=True)
    assert link not in form.request["PATH_INFO"]
    answer = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert not is_signed_in(client)
    assert sign_in(client, staff.counselor.email, NEW).status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_whoever_has_no_password_any_more_is_sent_the_link(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
) -> None:
    """As after their second factors were taken away."""
    User.objects.filter(pk=staff.counselor.pk).update(password=make_password(None), last_login=make.AT)
    Client().post(reverse("account_reset_password"), {"email": staff.counselor.email})
    assert resets.send(at=database_time()) == 1
    assert [one["To"] for one in sink.mails] == [staff.counselor.email]


def test_with_the_mail_server_away_it_waits_and_is_sent_when_it_is_back(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
    settings: Any,
) -> None:
    at, port = database_time(), settings.EMAIL_PORT
    resets.ask(staff.counselor.email, at=at)
    settings.EMAIL_PORT = 1
    assert resets.send(at=at) == 0
    settings.EMAIL_PORT = port
    assert resets.send(at=at + timedelta(minutes=30)) == 1


def test_what_nobody_waits_for_any_more_is_not_sent(staff: make.Staff, sink: Sink) -> None:  # noqa: F811
    at = database_time()
    resets.ask(staff.counselor.email, at=at)
    assert resets.send(at=at + resets.TOO_LATE[PasswordReset.Kind.ASKED]) == 0
    assert not PasswordReset.objects.exists()
    assert sink.mails == []


def test_whoever_leaves_meanwhile_is_sent_none(staff: make.Staff, sink: Sink) -> None:  # noqa: F811
    at = database_time()
    resets.ask(staff.counselor.email, at=at)
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    resets.send(at=at)
    assert sink.mails == []


def text_of(message: Any) -> str:
    return str(message.get_payload(decode=True).decode())


def test_somebody_who_is_let_in_is_sent_a_link_that_says_nothing_of_what_this_is(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
) -> None:
    at = database_time()
    person = User.objects.create_user(email="nell@example.org", name="Nell New")
    resets.invite(person, at=at)
    resets.invite(person, at=at)
    # A day later as well: the mail server may have been away, and their first day may be still to come.
    assert resets.send(at=at + timedelta(days=1)) == 1
    [message] = sink.mails
    said = text_of(message) + message["Subject"]
    assert message["To"] == "nell@example.org"
    assert "/account/password/reset/key/" in said
    assert not [word for word in ("CSEC", "Nell", "Alder", "counselor") if word in said]


def test_a_link_for_somebody_new_was_sent_lately_until_five_minutes_after_it_was_asked_for(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
) -> None:
    at = database_time()
    resets.invite(staff.teacher, at=at)
    resets.ask(staff.counselor.email, at=at)
    assert resets.invited_lately(staff.teacher, at=at + timedelta(days=1))
    assert resets.send(at=at) == 2
    assert resets.invited_lately(staff.teacher, at=at + resets.PAUSE - timedelta(seconds=1))
    assert not resets.invited_lately(staff.teacher, at=at + resets.PAUSE)
    assert not resets.invited_lately(staff.counselor, at=at)


def test_only_the_link_of_whoever_leaves_that_was_not_sent_yet_is_forgotten(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
) -> None:
    at = database_time()
    resets.ask(staff.teacher.email, at=at)
    resets.send(at=at)
    resets.invite(staff.teacher, at=at)
    resets.tell_before(staff.teacher, "before@example.org", at=at)
    resets.ask(staff.counselor.email, at=at)
    resets.forget(staff.teacher)
    left = PasswordReset.objects.values_list("person__email", "kind")
    assert sorted(left) == [
        (staff.counselor.email, "asked"),
        (staff.teacher.email, "asked"),
        (staff.teacher.email, "moved"),
    ]


def test_whoever_left_since_is_still_told_that_their_address_was_changed(
    staff: make.Staff,
    sink: Sink,  # noqa: F811
) -> None:
    at = database_time()
    resets.tell_before(staff.counselor, "before@example.org", at=at)
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    assert resets.send(at=at) == 1
    assert [message["To"] for message in sink.mails] == ["before@example.org"]


def test_the_address_before_is_told_and_then_forgotten(staff: make.Staff, sink: Sink) -> None:  # noqa: F811
    at = database_time()
    resets.tell_before(staff.counselor, "before@example.org", at=at)
    assert resets.send(at=at) == 1
    [message] = sink.mails
    assert message["To"] == "before@example.org"
    assert "http" not in text_of(message)
    assert staff.counselor.email not in text_of(message)
    assert PasswordReset.objects.get().address == ""


def test_an_address_that_is_refused_holds_up_nobody_else(staff: make.Staff, sink: Sink) -> None:  # noqa: F811
    at = database_time()
    sink.recipients = {"casey.counselor": "550 Unknown", "terry.teacher": "450 Not now"}
    for person in (staff.counselor, staff.teacher, staff.sro):
        resets.ask(person.email, at=at)
    resets.send(at=at)
    assert [message["To"] for message in sink.mails] == [staff.sro.email]
    assert PasswordReset.objects.get(sent_at__isnull=True).person == staff.teacher
    sink.recipients = {}
    assert resets.send(at=at) == 1


class AnotherSendsTheRest(EmailBackend):
    """While this letter goes out, somebody else sends what stands behind it in the list."""

    def send_messages(self, messages: Any) -> int:
        PasswordReset.objects.exclude(person__email__in=messages[0].to).update(sent_at=database_time())
        return int(super().send_messages(messages))


def test_of_two_who_send_at_once_each_letter_is_sent_by_one(staff: make.Staff, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{AnotherSendsTheRest.__name__}"
    at = database_time()
    for person in (staff.counselor, staff.teacher):
        resets.ask(person.email, at=at)
    assert resets.send(at=at) == 1
    assert len(mail.outbox) == 1


class LinksAt(Links):
    """As it is at that time: the library counts without a zone."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._then = now

    def _now(self) -> datetime:
        return self._then


def test_a_link_works_for_an_hour_and_of_somebody_new_for_a_week(staff: make.Staff) -> None:
    new = User.objects.create_user(email="nell@example.org", name="Nell New")
    began, second = datetime(2026, 11, 20, 12, 0), timedelta(seconds=1)  # noqa: DTZ001
    for person, works in ((staff.counselor, timedelta(hours=1)), (new, timedelta(days=7))):
        token = LinksAt(began).make_token(person)
        assert LinksAt(began + works).check_token(person, token)
        assert not LinksAt(began + works + second).check_token(person, token)
        assert not LinksAt(began).check_token(person, "x-y")
        person.is_active = False
        assert not LinksAt(began).check_token(person, token)


@pytest.mark.django_db(transaction=True)
def test_the_workers_own_login_may_do_it(sink: Sink) -> None:  # noqa: F811
    staff, at = make.Staff(), database_time()
    resets.ask(staff.counselor.email, at=at)
    Session.objects.create(
        session_key="k", session_data="", expire_date=at, ends_at=at, person=staff.counselor
    )
    SignInTry.objects.create(account="a", source="b", at=at - timedelta(minutes=20))
    program = (
        "import django; django.setup(); from csec.accounts import tasks;"
        " tasks.send_password_resets(); tasks.forget_what_is_over()"
    )
    env = {
        **os.environ,
        **addresses_of_the_test_database(),
        "CSEC_PROCESS": "worker",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(sink.mails) == 1
    assert not Session.objects.exists()
    assert not SignInTry.objects.exists()
