"""
Sessions in PostgreSQL, which end by themselves: after 15 minutes without a request, and 10 hours after sign-in.

Both ends are in the row and are compared with PostgreSQL's clock, so that no page, no script and no clock of a
web server has a say. Reading the session is what counts as activity.

The key is in the browser's cookie alone. The row is found by its digest, so that whoever reads the table, or a copy of
it, is nobody by that.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Least, Now

from csec.accounts.models import Session

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
#: Activity is noted no more often than this: idle is at most 15 minutes, and so much less at the least.
NOTED_EVERY = timedelta(seconds=30)


class SessionStore(InDatabase):
    """Django's own, with the person and the two ends in columns, and a digest instead of the key."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = Now()
        alive = Session.objects.filter(session_key=digest(self.session_key), expire_date__gt=now)
        row = next(iter(alive.annotate(read_at=now)[:1]), None)
        if row is None:
            self._session_key = None
            return None
        noted_at = row.expire_date - IDLE
        if row.read_at - noted_at > NOTED_EVERY and row.expire_date < row.ends_at:
            alive.update(expire_date=Least(F("ends_at"), now + IDLE))
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=digest(key)).delete()

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = {"session_data": self.encode(data), "person_id": data.get(SESSION_KEY)}
        if must_create:
            self._insert(values)
            return
        row = Session.objects.filter(session_key=digest(self.session_key))
        if not row.update(**values, expire_date=Least(F("ends_at"), Now() + IDLE)):
            raise UpdateError

    def change_key(self) -> None:
        """From now on the session has another key; the old one is nobody's. When it ends stays as it was."""
        if old := self.session_key:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            Session.objects.filter(session_key=digest(old)).update(session_key=digest(self.session_key))
            self.modified = True

    def _insert(self, values: dict[str, Any]) -> None:
        now: Any = Now()
        key = digest(self.session_key)
        row = Session(session_key=key, ends_at=now + LONGEST, expire_date=now + IDLE, **values)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expire_date__lt=Now()).delete()


def digest(key: str | None) -> str:
    """What stands in the table. The key is random and long, so that nothing slower is needed than with a password."""
    return sha256(str(key).encode()).hexdigest()


def end_all(person: UUID) -> int:
    """Sign somebody out wherever they are signed in; returns in how many windows or devices that was."""
    return Session.objects.filter(person_id=person).delete()[0]


def end_others(person: UUID, stays: str | None) -> int:
    """
    Sign somebody out wherever else they are signed in, by the key of the session that stays; returns as `end_all`.

    What an account is opened with has changed: whoever came in without it, or with what was taken back, is out.
    """
    return Session.objects.filter(person_id=person).exclude(session_key=digest(stays)).delete()[0]
