"""What every verb has in common: the transaction, the person PostgreSQL knows, and exactly one audit event."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.models import Case, CasePerson, Concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.audit.log import forget, in_request, record, request_log, written
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Verb:
    """A verb and what the log calls it once it is done."""

    run: Callable[..., Any]
    event: str


_REGISTRY: dict[str, Verb] = {}


def verbs_of(room: str) -> dict[str, Verb]:
    """The verbs that one room defines, by name: each has routes, forms and pages of its own."""
    return {name: verb for name, verb in _REGISTRY.items() if verb.run.__module__.split(".")[0] == room}


def verb(event: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    Make a keyword-only function with `actor` and `at` a verb whose event is `event` (past tense).

    Runs it in a transaction as the actor. State and event are committed together or not at all; a verb that
    wrote no event, or two, is a fault and takes nothing with it.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            actor = kwargs["actor"]
            assert isinstance(actor, User)  # noqa: S101
            with ExitStack() as stack:
                if not in_request():
                    stack.enter_context(request_log())
                before = written()
                try:
                    with acting_as(actor.pk):
                        result = function(*args, **kwargs)
                        if written() - before != 1:
                            raise RuntimeError(
                                f"{function.__name__} wrote {written() - before} audit events."
                            )
                        return result
                except BaseException:
                    forget(before)
                    raise

        _REGISTRY[function.__name__] = Verb(run, event)
        return run

    return decorate


def log(
    verb_name: str,
    *,
    actor: User,
    role: str = "",
    subject: UUID | None = None,
    case: UUID | None = None,
    digest: bytes | None = None,
) -> None:
    """Write the verb's one event; `digest` is of a paper that it made."""
    record(
        _REGISTRY[verb_name].event,
        actor=actor.pk,
        role=role or actor.main_role,
        subject=subject,
        case=case,
        digest=digest,
    )


def lock_cases_of_student(case_id: UUID, also: UUID | None = None) -> None:
    """
    Lock all cases of a case's student, and of whom it becomes about (`also`), in one order; before the case itself.

    Asked first by whatever begins or ends what stands before the parents: that is kept in each of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_cases_of_student(%s, %s)", [case_id, also])


def lock_case(case_id: UUID, actor: User, *, at: datetime, stays: bool = True) -> Case:
    """
    The case, locked until the transaction ends, as the actor may see it. Raises Absent.

    Looked at once more when the lock is there: whoever was taken off the case while they waited is off it. A liaison
    `stays` on a case that asked for the district, unless they only look at what another did.
    """
    case = find_case(case_id, actor)
    if case is None or not Case.objects.visible_to(actor).filter(pk=case_id).exists():
        raise Absent("case", case_id)
    if stays:
        stay_on(case, actor, at=at)
    return case


def lock_case_of_part(case_id: UUID, actor: User, *, at: datetime) -> Case:
    """The same for a verb whose next statement reads a part of the case, and so looks once more itself."""
    case = find_case(case_id, actor)
    if case is None:
        raise Absent("case", case_id)
    if case.my_role == Role.LIAISON:
        return lock_case(case_id, actor, at=at)
    return case


def stay_on(case: Case, actor: User, *, at: datetime) -> None:
    """
    A liaison who acts on a locked case that asked for the district is on it from now on.

    What asked for them may be over with what they do; whoever has begun to act does not lose sight of it.
    """
    if case.my_role != Role.LIAISON:
        return
    rows = CasePerson.objects.filter(case=case, person=actor, role=Role.LIAISON, excluded=False)
    if not rows.filter(Q(until__isnull=True) | Q(until__gt=at)).exists():
        CasePerson(case=case, person=actor, role=Role.LIAISON, since=at).save(force_insert=True)


def find_case(case_id: UUID, actor: User) -> Case | None:
    """The case, locked, if the actor may see it."""
    return (
        Case.objects.visible_to(actor)
        .select_related("school", "protocol", "key")
        .select_for_update(of=("self",))
        .filter(pk=case_id)
        .first()
    )


def lock_concern(concern_id: UUID, actor: User) -> Concern:
    """The concern, locked until the transaction ends, as the actor may see it. Raises Absent."""
    concern = (
        Concern.objects.visible_to(actor)
        .select_related("school", "key")
        .select_for_update(of=("self",))
        .filter(pk=concern_id)
        .first()
    )
    if concern is None:
        raise Absent("concern", concern_id)
    return concern


def require(allowed: bool, verb_name: str, *, subject: UUID, case: UUID | None = None) -> None:
    """Raise NotPermitted unless the actor may."""
    if not allowed:
        raise NotPermitted(verb_name, subject=subject, case=case)
