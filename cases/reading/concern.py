"""A concern as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases import permissions
from cases.kept import again
from cases.models import Case, Concern
from csec.accounts.models import User
from csec.directory.models import Student
from protocols.indicators import indicators, rule_met


@dataclass
class Words:
    """What was typed at one time: the concern itself, or what was added later."""

    at: datetime
    account: str = ""
    words: str = ""
    student_described: str = ""
    observed: str = ""
    indicators: tuple[str, ...] = ()


@dataclass
class ConcernReading:
    """
    What the reader sees of it: the words, the rule of the indicators, its end, whose it is.

    `case` is the case it is in, for those who may open that.
    """

    words: list[Words]
    rule: str
    ending: str
    additions: int
    is_author: bool
    holds: bool
    author: str
    case: Case | None
    may_reopen: bool


def read_concern(concern: Concern, reader: User) -> ConcernReading:
    """Everything is readable to whoever may see the concern; who wrote it only as the author decided."""
    labels = {item.value: item.label for group in indicators() for item in group.items}
    chosen: set[str] = set()
    words = []
    typed: list[tuple[datetime, dict[str, Any]]] = [(concern.logged_at, concern.words())]
    typed += [(addition.at, addition.words(concern.key)) for addition in concern.additions.all()]
    for at, kept in typed:
        signs = kept.pop("indicators", [])
        chosen |= set(signs)
        words.append(Words(at=at, indicators=tuple(labels.get(sign, sign) for sign in signs), **kept))
    author = getattr(concern, "author", None)
    is_author = permissions.can_supplement_concern(reader, concern)
    named = reader.pk in (concern.receiver_id, concern.backup_id) and not concern.goes_past
    holds = named or permissions.can_accept_concern(reader, concern)
    case = None
    if concern.case_id and concern.case_role:
        case = Case.objects.visible_to(reader).filter(pk=concern.case_id).first()
    # Why it went into a case belongs to the case, and is read by those who see that.
    hidden = concern.status == Concern.Status.ATTACHED and not concern.case_role
    return ConcernReading(
        words=words,
        rule=rule_met(chosen),
        ending=again(concern.ending().get("reason", "")) if (not is_author or holds) and not hidden else "",
        additions=len(typed) - 1,
        is_author=is_author,
        holds=holds,
        author=author.person.name if author and not is_author else "",
        case=case,
        may_reopen=case is not None
        and case.status == Case.Status.CLOSED
        and permissions.can_reopen_case(reader, case),
    )


def open_cases_of(concern: Concern, reader: User) -> list[Case]:
    """The open cases of its student, at its school, which the reader may open: the concern may belong into one."""
    if concern.student is None:
        return []
    found = (
        Case.objects.visible_to(reader).open().filter(student__in=concern.student.rows, school=concern.school)
    )
    return list(found.order_by("opened_at", "id"))


def student_named(concern: Concern, reader: User) -> str:
    """
    Whom the concern is about, as far as the reader may know; empty when nobody is named.

    For whoever holds it or sees its case that is the student who was matched or corrected last. Its author, who
    is not to learn what becomes of it, reads whom they named themselves.
    """
    named = student_known(concern, reader)
    if named is not None:
        return named.full_name
    if concern.case_role or permissions.can_match_concern(reader, concern):
        return ""
    described: str = concern.words().get("student_described", "")
    return described


def student_known(concern: Concern, reader: User) -> Student | None:
    """The same as a row of the roster: for its author whom they chose themselves, never whom somebody matched."""
    if concern.case_role or permissions.can_match_concern(reader, concern):
        return concern.student
    return student_chosen(concern)


def student_chosen(concern: Concern) -> Student | None:
    """Whom its author chose on the roster, whatever somebody matched later."""
    first = concern.corrections.select_related("before__merged_into").order_by("at", "id").first()
    return first.before if first else concern.student
