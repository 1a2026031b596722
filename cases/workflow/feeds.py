"""The address of one's calendar feed: made, and taken back."""

import hashlib
import secrets
from datetime import datetime

from cases import permissions
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import CalendarFeed, User


def digest(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


@verb("feed_made")
def make_feed(*, actor: User, at: datetime) -> str:
    """Make a new secret address; the one before stops working. Returns its token, which is kept nowhere."""
    require(permissions.can_make_feed(actor), "make_feed", subject=actor.pk)
    # One at a time: a second click waits for the first, and its address is the one that works.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    CalendarFeed.objects.filter(person=actor, revoked_at__isnull=True).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(person=actor, digest=digest(token), made_at=at)
    feed.save(force_insert=True)
    log("make_feed", actor=actor, subject=feed.pk)
    return token


@verb("feed_revoked")
def revoke_feed(*, actor: User, at: datetime) -> None:
    """Take the address back: from then on it is as if it had never been."""
    require(permissions.can_make_feed(actor), "revoke_feed", subject=actor.pk)
    CalendarFeed.objects.filter(person=actor, revoked_at__isnull=True).update(revoked_at=at)
    log("revoke_feed", actor=actor, subject=actor.pk)
