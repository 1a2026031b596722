"""What several tests of sign-in do: sign in by hand, let time pass, read a secret's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from csec.accounts import second_factor
from csec.accounts.clock import database_time
from csec.accounts.models import Session, SignInTry, User
from csec.accounts.sessions import SessionStore
from csec.routes import SECOND_FACTOR

PASSWORD = "correct horse battery staple"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **more)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def pass_by(time: timedelta) -> None:
    """As if so much time had gone by: what sign-in keeps is moved into the past."""
    Session.objects.update(expire_date=F("expire_date") - time, ends_at=F("ends_at") - time)
    for one in SignInTry.objects.all():  # the application may not change one, only make and forget it
        one.delete()
        SignInTry.objects.create(account=one.account, source=one.source, at=one.at - time)


def shown_ago(key: str, ago: timedelta) -> None:
    """As if the second factor of the session with this key had been shown so much earlier."""
    session = SessionStore(key)
    session[SECOND_FACTOR] = (datetime.fromisoformat(session[SECOND_FACTOR]) - ago).isoformat()
    session.save()


def with_app(person: User) -> str:
    """Give somebody an app that shows codes; returns the secret that it shares."""
    secret = generate_totp_secret()
    data = {"secret": second_factor.seal(secret)}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)
    return str(secret)


def code(secret: str, later: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    counter = int(database_time().timestamp()) // second_factor.PERIOD + later
    return str(format_hotp_value(hotp_value(secret, counter)))


@contextmanager
def logged() -> Iterator[list[tuple[str, str]]]:
    """What is written into the log meanwhile: verb and result. The application itself may not read it."""
    written: list[tuple[str, str]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT INTO audit_event"):
            written.append((params[3], params[7]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written
