"""
Tries to sign in, counted in PostgreSQL: five that are wrong in fifteen minutes, then a pause.

They are counted for an account *and* a source. A source is a device on which this account has signed in before,
which a signed cookie proves; else it is the address. So whoever tries somebody's password from elsewhere shuts
themselves out and not its owner, even when both sit behind the one address of a school; and nobody is shut out
longer than fifteen minutes after the last try that was taken. An account that does not exist is counted the same.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from csec.accounts.models import SignInTry

MOST = 5
#: From one address for all accounts together, without a device that is known: one password tried on everybody.
MOST_FROM_AN_ADDRESS = 100
WINDOW = timedelta(minutes=15)

#: Sent to the pages of sign-in alone, so that its name cannot begin with "__Host-".
COOKIE = "__Secure-lantern_device" if settings.PRODUCTION else "lantern_device"
_COOKIE_LIFE = timedelta(days=90)
_SALT = "csec.accounts.device"
#: A shared computer remembers so many of its people.
_REMEMBERED = 12


@dataclass(frozen=True)
class Source:
    """Where a try comes from."""

    digest: str
    known: bool


def digest(kind: str, value: str) -> str:
    """What stands in the table instead of an address: it cannot be read back without the secret key."""
    text = f"{kind}:{value.strip().lower()}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def source_of(request: HttpRequest, account: str) -> Source:
    """The device, when this account has signed in on it before; else the address."""
    device, accounts = _device(request)
    if _short(account) in accounts:
        return Source(digest("device", device), known=True)
    return Source(digest("address", get_client_ip(request) or "none"), known=False)


def begin(account: str, source: Source, *, at: datetime) -> SignInTry | None:
    """
    Count a try before it is judged, or None when there were too many. `account` is a digest.

    One at a time for each pair, so that fifty tries at once are five.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [account + source.digest])
        recent = SignInTry.objects.filter(source=source.digest, at__gt=at - WINDOW)
        if recent.filter(account=account).count() >= MOST:
            return None
        if not source.known and recent.count() >= MOST_FROM_AN_ADDRESS:
            return None
        return SignInTry.objects.create(account=account, source=source.digest, at=at)


def was_right(account: str, source: Source) -> None:
    """It was the person: what went before is forgotten for this account and source."""
    SignInTry.objects.filter(account=account, source=source.digest).delete()


def may_log(kind: str, account: str, source: Source, *, at: datetime) -> bool:
    """
    Whether the log takes one more event that anybody can cause, signed in or not, as often as they like.

    As many of a kind as there are tries: five for an account and a source, a hundred from one address. Each kind is
    counted apart from the others and from the tries themselves, so that no pause begins earlier or lasts longer by
    what was refused in it.
    """
    apart = Source(digest(f"{kind} event", source.digest), known=source.known)
    return begin(digest("event", account), apart, at=at) is not None


def forget(*, at: datetime) -> int:
    """Delete what no longer counts."""
    return SignInTry.objects.filter(at__lte=at - WINDOW).delete()[0]


def remember_device(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """Let this browser prove later that the account has signed in on it. It names nobody."""
    device, accounts = _device(request)
    accounts = [_short(account), *[one for one in accounts if one != _short(account)]][:_REMEMBERED]
    value = signing.dumps([device or get_random_string(32), accounts], salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=_COOKIE_LIFE,
        path="/account/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        read: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_COOKIE_LIFE)
    except signing.BadSignature:
        return "", []
    return read[0], read[1]


def _short(account: str) -> str:
    return account[:16]
