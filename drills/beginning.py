"""A drill begins: its people are invented, and what has happened before its learner comes in is told by the verbs."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation import gettext as _

from cases import workflow
from cases.models import Concern
from cases.workflow import Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from csec.directory.models import School, Student
from csec.identity import acting_as
from drills.cast import ROLES, Cast, cast_for
from drills.others import Others, does
from drills.situations import SITUATIONS

KNOWN_BEFORE = timedelta(minutes=25)


def can_begin_drill(actor: User) -> bool:
    """Whoever works at a school, in the roles that they have there; not out of a drill."""
    return actor.drill_id is None and bool(actor.roles & ROLES)


@verb("drill_begun")
def begin_drill(*, actor: User, situation: str, at: datetime) -> Cast:
    """
    Invent what a drill needs, and bring it to where its learner comes in. A drill before is over.

    The log names the twin, as whom they act from now on. Raises Invalid.
    """
    require(can_begin_drill(actor), "begin_drill", subject=actor.pk)
    if situation not in SITUATIONS:
        raise Invalid({"situation": _("Choose one of the situations.")})
    cast = cast_for(actor, at=at)
    with connection.cursor() as cursor:
        played = json.dumps(cast.played, cls=DjangoJSONEncoder)
        cursor.execute("SELECT begin_drill(%s, %s, %s, %s)", [uuid4(), situation, at, played])
    log("begin_drill", actor=actor, subject=cast.twin)
    return cast


def tell_what_happened(cast: Cast, situation: str, *, at: datetime) -> None:
    """
    Somebody has recorded a concern; unless the learner is to receive it, a case was opened from it.

    Nothing for somebody who only reports: what they saw is theirs to record.
    """
    with acting_as(cast.twin):
        twin = User.objects.get(pk=cast.twin)
        if twin.reporter_only:
            return
        author = User.objects.get(pk=cast.of(Role.REPORTER, *sorted(CARE_ROLES), Role.SRO))
        concern = _concern(cast, author, situation, at=at)
        others = Others(twin, at=at)
        if not twin.roles & CARE_ROLES:
            others.open_case(concern)
        if Role.SRO in twin.roles:
            others.ask_officer()


def _concern(cast: Cast, author: User, situation: str, *, at: datetime) -> Concern:
    told = SITUATIONS[situation]
    return does(
        workflow.log_concern,
        actor=author,
        concern_id=uuid4(),
        school=School.objects.get(pk=cast.school),
        student=Student.objects.get(pk=cast.student),
        first_known_at=at - KNOWN_BEFORE,
        account=str(told.account),
        words=str(told.words),
        name_shown=True,
        at=at,
    )
