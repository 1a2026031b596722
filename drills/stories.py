"""What has happened in a drill before its learner comes in: told by the same verbs, by who would have done it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from cases import workflow
from cases.models import Case, Concern, RecordsRequest, Release
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from csec.directory.models import School, Student
from csec.identity import acting_as
from drills.cast import Cast
from drills.others import Others, does
from drills.situations import SITUATIONS, Situation

KNOWN_BEFORE = timedelta(minutes=25)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Long past the 36 hours of a report, and past what is given to an officer or a contact in any week of school.
LATE_BY_NOW = 8 * DAY


def tell_what_happened(cast: Cast, situation: str, *, at: datetime) -> None:
    """Bring a drill to where its learner comes in. Nothing for somebody who only reports: that is theirs to record."""
    with acting_as(cast.twin):
        twin = User.objects.get(pk=cast.twin)
        if not twin.reporter_only:
            _TOLD.get(situation, _begun)(cast, twin, SITUATIONS[situation], at)


def _begun(cast: Cast, twin: User, told: Situation, at: datetime) -> None:
    """Somebody has recorded a concern; unless the learner is to receive it, a case was opened from it."""
    concern = _concern(cast, told, at=at)
    others = Others(twin, at=at)
    if not twin.roles & CARE_ROLES:
        others.open_case(concern)
    if Role.SRO in twin.roles:
        others.ask_officer()


def _nobody_there(cast: Cast, twin: User, told: Situation, at: datetime) -> None:
    """A case was opened, its counselor went away, and counsel looked into it in an emergency."""
    case = _case(cast, twin, told, at=at - LATE_BY_NOW)
    counselor, today = _person(cast, Role.COUNSELOR), at.astimezone(case.zone).date()
    does(
        workflow.enter_away,
        actor=counselor,
        person=counselor,
        first_day=today - DAY,
        last_day=today + 13 * DAY,
        at=at - DAY,
    )
    does(
        workflow.begin_emergency_access,
        actor=_person(cast, Role.COUNSEL),
        number=case.number,
        reason=_("Invented for a drill. A deputy asked on the telephone whether the student is safe."),
        at=at - HOUR,
    )


def _records_asked_for(cast: Cast, twin: User, told: Situation, at: datetime) -> None:
    """The school has done its steps, and something left it; a parent may be involved, and asks for the file."""
    case = _case(cast, twin, told, at=at - 4 * DAY)
    # What the school does is done: nothing else stands on the pages beside what is for counsel.
    Others(twin, at=at - 4 * DAY + HOUR).work()
    counselor = _person(cast, Role.COUNSELOR)
    does(
        workflow.record_release,
        actor=counselor,
        case=case,
        left_at=at - 3 * DAY,
        recipient_kind=Release.Recipient.PROVIDER,
        recipient=_("Invented for a drill: Harbor Clinic"),
        what=_("Invented for a drill. The attendance since September."),
        basis=Release.Basis.CONSENT,
        interest=_("Invented for a drill. To plan the appointments."),
        at=at - 3 * DAY,
    )
    does(
        workflow.suspect_parent,
        actor=counselor,
        case=case,
        reason=_("Invented for a drill. The student does not want to go home on Fridays."),
        at=at - 2 * DAY - HOUR,
    )
    does(
        workflow.log_records_request,
        actor=_person(cast, Role.ADMINISTRATOR),
        request_id=uuid4(),
        school=case.school,
        student=case.student,
        asker=RecordsRequest.Asker.PARENT,
        way=RecordsRequest.Way.IN_PERSON,
        received_on=(at - 2 * DAY).astimezone(case.zone).date(),
        asked_by=_("Invented for a drill: a parent of Sky Student"),
        wants=_("Invented for a drill. Everything in the file."),
        at=at - 2 * DAY,
    )


#: Those that begin otherwise than with a concern of today.
_TOLD: Mapping[str, Callable[[Cast, User, Situation, datetime], None]] = {
    "nobody_there": _nobody_there,
    "records_asked_for": _records_asked_for,
}


def _case(cast: Cast, twin: User, told: Situation, *, at: datetime) -> Case:
    """A case that the counselor opened at that moment, with the officer asked in, as the counselor sees it."""
    others = Others(twin, at=at)
    opened = others.open_case(_concern(cast, told, at=at))
    others.ask_officer()
    assert opened  # noqa: S101 - the counselor receives what is recorded there
    counselor = _person(cast, Role.COUNSELOR)
    with acting_as(counselor.pk):
        found = Case.objects.visible_to(counselor).select_related("school", "student", "protocol", "key")
        return found.get(pk=opened.pk)


def _person(cast: Cast, *roles: str) -> User:
    return User.objects.get(pk=cast.of(*roles))


def _concern(cast: Cast, told: Situation, *, at: datetime) -> Concern:
    return does(
        workflow.log_concern,
        actor=_person(cast, Role.REPORTER, *sorted(CARE_ROLES), Role.SRO),
        concern_id=uuid4(),
        school=School.objects.get(pk=cast.school),
        student=Student.objects.get(pk=cast.student),
        first_known_at=at - KNOWN_BEFORE,
        account=str(told.account),
        words=str(told.words),
        name_shown=True,
        at=at,
    )
