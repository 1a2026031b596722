"""Keeping, finding and dropping drafts."""

import logging
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, QueryDict

from csec.audit.log import record
from csec.crypto.keys import CannotUnseal
from csec.crypto.models import DataKey
from csec.drafts.models import Draft
from csec.identity import acting_as

logger = logging.getLogger(__name__)

FIELD = "draft_of"
#: Never kept: the token of the form and what ties it to the person.
_LEFT_OUT = {"csrfmiddlewaretoken", FIELD}
#: Much longer than a session: a tab may stay open over the winter break, and what is sent from it is not lost. All
#: that a token allows is to keep a draft of this one form for the person it names (seconds).
_TOKEN_LIFE = 14 * 24 * 60 * 60
_SALT = "csec.drafts"


def token(person: UUID, form: str) -> str:
    """What a form carries so that it can be kept for its author even when it comes in after the session ended."""
    return signing.dumps([str(person), form], salt=_SALT)


def form_of(signed: str, *, person: UUID) -> str:
    """The form that a token was made for. Raises signing.BadSignature when it is not this person's."""
    owner, form = _read(signed)
    if owner != person:
        raise signing.BadSignature("The form belongs to somebody else.")
    return form


def _read(signed: str) -> tuple[UUID, str]:
    person, form = signing.loads(signed, salt=_SALT, max_age=_TOKEN_LIFE)
    return UUID(person), form


def keep(*, person: UUID, form: str, fields: dict[str, list[str]], at: datetime) -> None:
    """Keep what was typed into `form`, instead of what was kept before. Runs as the person."""
    with transaction.atomic():
        _take_turns(f"draft:{person}:{form}")
        drop(person=person, form=form)
        key = DataKey.make(scope=person)
        key.save(force_insert=True)
        draft = Draft(person_id=person, form=form, key=key, saved_at=at)
        draft.sealed = key.seal(fields, context=f"draft:{draft.id}")
        draft.save(force_insert=True)


def _take_turns(name: str) -> None:
    """Two windows with the same form: the second waits for the first, and its text is the one that is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def short_of(form: str) -> str:
    """The name of the short form of the same: what is typed there is kept for itself."""
    return f"{form}:short"


def find(*, person: UUID, form: str) -> tuple[QueryDict, datetime] | None:
    """
    What was kept of this form and when, or else of its short one; or None.

    Also None when its key is gone: the form opens all the same.
    """
    kept = Draft.objects.filter(person_id=person, form__in=[form, short_of(form)])
    draft = kept.select_related("key").order_by("form").first()
    if draft is None:
        return None
    typed = QueryDict(mutable=True)
    try:
        kept = draft.key.unseal(draft.sealed, context=f"draft:{draft.id}")
    except CannotUnseal:
        logger.error(
            "A draft cannot be opened: its key, or the master key, is not the one it was sealed with."
        )
        return None
    for name, values in kept.items():
        typed.setlist(name, values)
    return typed, draft.saved_at


def drop(*, person: UUID, form: str) -> None:
    """Forget a draft, with its key."""
    for draft in Draft.objects.filter(person_id=person, form=form):
        draft.delete()
        DataKey.objects.filter(pk=draft.key_id).delete()


def fields_of(data: QueryDict) -> dict[str, list[str]]:
    return {name: data.getlist(name) for name in data if name not in _LEFT_OUT}


def keep_posted(request: HttpRequest) -> bool:
    """A form sent after its author was signed out: keep it for its author, if it is one of ours. Whether it did."""
    if FIELD not in request.POST:
        return False
    try:
        person, form = _read(request.POST[FIELD])
    except signing.BadSignature:
        return False
    with acting_as(person) as at:
        if _of_ended_drill(person):
            return False
        keep(person=person, form=form, fields=fields_of(request.POST), at=at)
        record("draft_kept", actor=person)
    return True


def is_of_ended_drill(request: HttpRequest) -> bool:
    """Whether a form of ours was opened in a drill that is over: nobody can open what would be kept of it."""
    try:
        person, _form = _read(request.POST.get(FIELD, ""))
    except signing.BadSignature:
        return False
    with acting_as(person):
        return _of_ended_drill(person)


def _of_ended_drill(person: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM directory_drill WHERE twin_id = %s AND ended_at IS NOT NULL)",
            [person],
        )
        return bool(cursor.fetchone()[0])
