"""The second factor of a session: when it was last shown, and whether a code of an app is right."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from csec.accounts.clock import database_time
from csec.accounts.models import Session, User
from csec.accounts.sessions import SessionStore
from csec.audit.log import record
from csec.crypto import keys
from csec.routes import SECOND_FACTOR

#: A code is made anew every 30 seconds; one earlier or later is taken, for telephones whose clock is a little off.
PERIOD = 30
TOLERANCE = 1
#: For so long a second factor that was just shown counts as fresh.
FRESH = timedelta(minutes=5)
_CONTEXT = b"mfa_authenticator"


def note(request: HttpRequest) -> None:
    """The second factor was shown in this session just now, which by that may do more: it gets another key."""
    cast(SessionStore, request.session).change_key()
    request.session[SECOND_FACTOR] = database_time().astimezone(UTC).isoformat()


def shown_at(request: HttpRequest) -> datetime | None:
    """When the second factor was last shown in this session; None when it never was."""
    noted = request.session.get(SECOND_FACTOR)
    return datetime.fromisoformat(noted) if noted else None


def has_one(person: UUID) -> bool:
    """Whether an app or a key is tied to the account; recovery codes are none by themselves."""
    tied = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(tied.exists())


def is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """Whether it was shown in the last minutes, as what is rare and grave asks for."""
    shown = shown_at(request)
    return shown is not None and at - shown <= FRESH


def counter_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Which of the codes that are right at that time this one is (RFC 6238), or None."""
    now = int(at.timestamp()) // PERIOD
    digits = "".join(code.split())
    for counter in range(now - TOLERANCE, now + TOLERANCE + 1):
        if digits == format_hotp_value(hotp_value(secret, counter)):
            return counter
    return None


def use_code(user: Any, code: str, *, at: datetime) -> Authenticator | None:
    """
    The authenticator that a code belongs to, or None. No code is taken twice, whichever process is asked.

    The code of an app has to be a later one than the last that was taken; a recovery code is struck off.
    """
    with transaction.atomic():
        mine = Authenticator.objects.select_for_update().filter(user=user)
        for one in mine.exclude(type=Authenticator.Type.WEBAUTHN):
            one.user = user
            if one.type == Authenticator.Type.RECOVERY_CODES:
                if one.wrap().validate_code(code):
                    return one
                continue
            counter = counter_of(decrypt(one.data["secret"]), code, at=at)
            if counter is not None and counter > one.data.get("last_counter", 0):
                note_counter(one, counter)
                return one
    return None


def note_counter(authenticator: Authenticator, counter: int) -> None:
    """This code, and every earlier one, is used up."""
    authenticator.data["last_counter"] = counter
    authenticator.save(update_fields=["data"])


def forget_all(person: UUID) -> int:
    """
    Somebody has lost them all: take them away, and sign them out everywhere. Returns how many there were.

    Their password goes as well: beside a factor it could be short, and alone it would let whoever knows it set up a
    factor of their own. They choose a new one by the link that is sent to their address.
    """
    with transaction.atomic():
        count: int = Authenticator.objects.filter(user=person).delete()[0]
        if count:
            User.objects.filter(pk=person).update(password=make_password(None))
        Session.objects.filter(person=person).delete()
        record("second_factor_reset", actor=None, subject=person)
    return count


def seal(secret: str) -> str:
    """Encrypt what an app shares with us, under the newest master key (`version:base64`)."""
    version, sealed = keys.wrap(secret.encode(), context=_CONTEXT)
    return f"{version}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made. Raises CannotUnseal."""
    encoded = base64.b64decode(sealed.partition(":")[2])
    return keys.unwrap(version_of(sealed), encoded, context=_CONTEXT).decode()


def version_of(sealed: str) -> int:
    """Under which master key it is sealed."""
    return int(sealed.partition(":")[0])
