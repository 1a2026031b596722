"""A drill begins, is left, gone on with and ended; what happened before its learner comes in is told in `stories`."""

import json
from datetime import datetime
from uuid import uuid4

import psycopg
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from cases.workflow import Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from drills.cast import Cast, cast_for
from drills.situations import offered_to

#: The rule by which PostgreSQL begins no more.
TEN = "directory_drill_ten_within_a_day"
TOO_MANY = _(
    "You have begun ten drills within a day, and no more are invented until tomorrow. Go on with the last one."
)


def can_begin_drill(actor: User) -> bool:
    """Anybody of the staff, in the roles that they have; not out of a drill."""
    return actor.drill_id is None and bool(actor.roles)


@verb("drill_begun")
def begin_drill(*, actor: User, situation: str, at: datetime) -> Cast:
    """
    Invent what a drill needs, and bring it to where its learner comes in. A drill before is over.

    The log names the twin, as whom they act from now on. Raises Invalid.
    """
    require(can_begin_drill(actor), "begin_drill", subject=actor.pk)
    told = offered_to(actor.roles).get(situation)
    if told is None:
        raise Invalid({"situation": _("Choose one of the situations.")})
    cast = cast_for(actor, told, at=at)
    played = json.dumps(cast.played, cls=DjangoJSONEncoder)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT begin_drill(%s, %s, %s, %s)", [uuid4(), situation, at, played])
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, psycopg.Error) or refused.__cause__.diag.constraint_name != TEN:
            raise
        raise Invalid({"situation": TOO_MANY}) from None
    log("begin_drill", actor=actor, subject=cast.twin)
    return cast


def leave_drill(at: datetime) -> None:
    """One goes out of it, and it stays as it is. Runs as the twin."""
    _ask("SELECT leave_drill(%s)", at)


def go_on_with_drill() -> None:
    """One is in it again. Runs as the person."""
    _ask("SELECT go_on_with_drill()")


def end_drill(at: datetime) -> None:
    """It is over, and nobody opens it again. Runs as the person, or as the twin."""
    _ask("SELECT end_drill(%s)", at)


def _ask(call: str, *values: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(call, list(values))
