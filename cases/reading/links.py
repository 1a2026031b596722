"""The cases that belong to a case, and the concerns that wait about its student, as far as the reader may know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, JSONField, Q
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseLink, CasePerson, Concern
from cases.text import Words
from csec.accounts.models import User

#: With a case: the concerns about its student that wait elsewhere. PostgreSQL finds them, of whom the reader may not
#: read them, and says no more of each than since when and with whom.
WAITING_ABOUT = Func(F("pk"), function="waiting_about", output_field=JSONField())

#: What the case that a link comes from is to the other one.
_SEEN_FROM_THERE = {
    CaseLink.Kind.TARGETED: _("A student suspected of recruiting, who may have targeted this one"),
    CaseLink.Kind.SAME_STUDENT: _("The same student, as suspected of recruiting"),
    CaseLink.Kind.KEPT: CaseLink.Kind.KEPT.label,
    CaseLink.Kind.JOINED: _("The same student: joined to this one, and void"),
}


class Waiting(NamedTuple):
    """
    A concern about the student of a case that waits with somebody, who alone reads it.

    Or, of a case that was taken over, one to which something was added at the school `before`.
    """

    case: UUID
    at: datetime
    with_whom: str
    before: str = ""


class Beside(NamedTuple):
    """One of two open cases of a student: what the liaison needs for saying which goes on."""

    case: Case
    track: Words
    carried_by: list[str]


class Linked(NamedTuple):
    """A case that belongs to the one that is read, and what it is to that one."""

    case: Case
    words: Words
    made_at: datetime


def waiting(rows: Sequence[Mapping[str, Any]] | None) -> list[Waiting]:
    """What PostgreSQL said of the concerns that wait."""
    return [
        Waiting(UUID(row["case"]), datetime.fromisoformat(row["at"]), row["with"], row["before"])
        for row in rows or []
    ]


def linked_cases(case: Case, reader: User) -> list[Linked]:
    """Those that the reader may open; of any other nothing is said, nor that there is one."""
    mine = Case.objects.visible_to(reader).values("pk")
    links = CaseLink.objects.filter(
        Q(from_case=case, to_case__in=mine) | Q(to_case=case, from_case__in=mine)
    ).select_related("from_case__student__merged_into", "to_case__student__merged_into")
    found = []
    for link in links:
        outwards = link.from_case_id == case.pk
        other = link.to_case if outwards else link.from_case
        words = link.get_kind_display() if outwards else _SEEN_FROM_THERE[CaseLink.Kind(link.kind)]
        found.append(Linked(other, words, link.made_at))
    return found


def waiting_beside(concern: Concern, reader: User) -> list[Concern]:
    """
    The other concerns that wait with the reader and may be of the same event: about the same student, or of the same
    day where one of the two names nobody yet. Both stay; their authors do not learn of each other.
    """
    if concern.status != Concern.Status.RECEIVED:
        return []
    day = concern.logged_at.astimezone(concern.zone).date()
    others = (
        Concern.objects.visible_to(reader)
        .held_by(reader)
        .waiting()
        .filter(school=concern.school)
        .exclude(pk=concern.pk)
        .select_related("student__merged_into", "school")
    )
    student = concern.student
    if student:
        others = others.filter(Q(student__in=student.rows) | Q(student__isnull=True))
    return [
        other
        for other in others
        if (student and student.is_same(other.student))
        or other.logged_at.astimezone(concern.zone).date() == day
    ]


def facts_of(case: Case, at: datetime) -> Beside:
    carrying = CasePerson.objects.carrying(at).filter(case=case).select_related("person")
    names = sorted({row.person.name for row in carrying})
    return Beside(case, case.protocol.definition.track(case.track).title, names)
