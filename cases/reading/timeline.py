"""What happened in a case, by time, the newest first: as far as its reader may see each kind of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.models import (
    Case,
    CaseReview,
    Decision,
    Entry,
    Interview,
    Outcome,
    Release,
    SroRequest,
    StepPart,
    Transfer,
)
from cases.reading.decisions import about_whom
from cases.reading.duties import reports_of
from cases.reading.happened import Happened
from cases.reading.keyset import Key, address_of, key_of
from cases.reading.links import linked_cases
from cases.reading.moments import later, of_alerts, of_decision, of_entry, of_report
from cases.reading.readers import MAY_KNOW_THE_DAYS, emergency_accesses, readings
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, EMERGENCY, Role

SIZE = 30

#: The kinds by which one may filter, in the words of the page.
KINDS: Mapping[str, Words] = {
    "steps": _("Steps"),
    "checkins": _("Check-ins and safety"),
    "reports": _("Reports"),
    "decisions": _("Decisions"),
    "outside": _("Beyond the school"),
    "readings": _("Who read it"),
}


class Asked(NamedTuple):
    """Which page of it: so many, older than where the page before ended."""

    before: Key | None
    size: int


@dataclass(frozen=True)
class Timeline:
    """One page of it, and from where the older ones go on."""

    rows: list[Happened]
    older: str


def may_read(case: Case) -> list[str]:
    """The kinds that the reader's role on the case lets them see: never by whether there is something."""
    role = case.my_role
    seen = {
        "decisions": role != Role.SRO,
        "outside": role != Role.SRO,
        "readings": role in MAY_KNOW_THE_DAYS,
    }
    return [kind for kind in KINDS if seen.get(kind, True)]


def not_shown(case: Case) -> list[Words]:
    """Why one does not see more: by the reader's role alone, whether or not there is something to be hidden."""
    role = case.my_role
    found: list[Words] = []
    if role == Role.SRO:
        found += [
            _("Restricted section: counselor and social worker. Nothing of it is shown to an SRO."),
            _(
                "Decisions about the case as a whole and releases of information are for the staff who carry it."
            ),
        ]
    elif role not in CARE_ROLES:
        found.append(
            _(
                "Restricted section: counselor and social worker. You read that a step of theirs ended and when,"
                " not what was said."
            )
        )
    if role == EMERGENCY:
        found.append(_("Releases of information are for the staff who carry the case, and for counsel."))
    if role not in MAY_KNOW_THE_DAYS:
        found.append(_("Who opened the case is for those who carry it or answer for it."))
    found.append(_("Of a report everybody reads that it was made, when and to which agency; never by whom."))
    return found


def timeline(case: Case, reader: User, *, kind: str = "", before: str = "", size: int = SIZE) -> Timeline:
    """Those of one kind, or of all, that are older than where the page before ended."""
    shown = may_read(case)
    chosen = [kind] if kind in shown else shown
    key = key_of(before)
    asked = Asked(key, size)
    found = [one for name in chosen for one in _SOURCES[name](case, reader, asked)]
    older = [one for one in found if key is None or one.key < key]
    older.sort(key=lambda one: one.key, reverse=True)
    rows = older[:size]
    return Timeline(rows, address_of(rows[-1].key) if len(older) > size else "")


def _older(rows: "QuerySet[Any]", field: str, asked: Asked) -> list[Any]:
    """A page of rows and one more, the newest first."""
    if asked.before:
        at, pk = asked.before
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk}))
    return list(rows.order_by(f"-{field}", "-pk")[: asked.size + 1])


def _labels(case: Case) -> dict[tuple[str, str], str]:
    definition = case.protocol.definition
    return {
        (track.id, part.id): part.label
        for track in definition.tracks
        for step in track.steps
        for part in step.parts
    }


def _entries(case: Case, asked: Asked, condition: Q) -> Iterator[Happened]:
    # By the parts that the reader sees: an entry whose part is hidden is none of theirs.
    # That reclassifying superseded it is said once, by that decision.
    rows = Entry.objects.filter(condition, case=case, part__in=StepPart.objects.filter(case=case))
    rows = rows.exclude(outcome=Outcome.SUPERSEDED)
    labels = _labels(case)
    for row in _older(rows.select_related("actor", "part__run"), "happened_at", asked):
        yield of_entry(row, row.part, labels.get((row.part.run.track, row.part.part), ""), case)


def _steps(case: Case, reader: User, asked: Asked) -> list[Happened]:
    duties_apart = ~Q(part__kind__in=[*kinds.SCHEDULED, *kinds.DUTIES])
    found = list(_entries(case, asked, duties_apart))
    answers = [SroRequest.Answer.ACCEPTED, SroRequest.Answer.DECLINED]
    for row in SroRequest.objects.filter(case=case, answer__in=answers).select_related("officer"):
        words = _("The SRO accepted") if row.answer == SroRequest.Answer.ACCEPTED else _("The SRO declined")
        url = f"{case.get_absolute_url()}#part-{row.part_id}"
        if row.answered_at:
            found.append(Happened(row.answered_at, row.pk, words, "steps", row.officer.name, url=url))
    return found


def _checkins(case: Case, reader: User, asked: Asked) -> list[Happened]:
    found = list(_entries(case, asked, Q(part__kind__in=kinds.SCHEDULED)))
    return [*found, *of_alerts(case)] if permissions.can_take_over(reader, case) else found


def _reports(case: Case, reader: User, asked: Asked) -> list[Happened]:
    """That each was made, to which agency; never by whom."""
    return [of_report(made, case) for made in reports_of(case)]


def _decisions(case: Case, reader: User, asked: Asked) -> list[Happened]:
    rows = Decision.objects.filter(case=case).select_related("by")
    older = _older(rows, "at", asked)
    found = [of_decision(row, sentence=about_whom(row, case, reader)) for row in older]
    if permissions.can_read_reviews(reader, case):
        url = reverse("cases:reviews_of_case", args=[case.pk])
        reviews = CaseReview.objects.filter(case=case).select_related("by")
        found += [
            Happened(row.at, row.pk, _("Case reviewed"), "decisions", row.by.name, url=url)
            for row in _older(reviews, "at", asked)
        ]
    return found


def _outside(case: Case, reader: User, asked: Asked) -> list[Happened]:
    """What left the school, where the student went, and the cases that belong to this one."""
    found = [
        Happened(link.made_at, link.case.pk, link.words, "outside", url=link.case.get_absolute_url())
        for link in linked_cases(case, reader)
    ]
    rows = Transfer.objects.visible_to(reader).filter(case=case)
    for row in rows.select_related("began_by", "answered_by", "to_school"):
        where = row.to_school.name if row.to_school else row.get_kind_display()
        words = _("Transfer begun: %(where)s") % {"where": where}
        found.append(Happened(row.began_at, row.pk, words, "outside", row.began_by.name))
        if row.answered_at:
            words = _("Transfer: %(state)s") % {"state": row.get_state_display()}
            who = row.answered_by.name if row.answered_by else ""
            found.append(Happened(row.answered_at, row.pk, words, "outside", who))
    if permissions.can_read_releases(reader, case):
        found += _left_the_school(case, asked)
    return found


def _left_the_school(case: Case, asked: Asked) -> Iterator[Happened]:
    for row in _older(Release.objects.filter(case=case).select_related("by"), "left_at", asked):
        words = _("Release of information: %(to)s") % {"to": row.get_recipient_kind_display()}
        written = later(row.left_at, row.recorded_at, case)
        yield Happened(row.left_at, row.pk, words, "outside", row.by.name, recorded_at=written)
    for row in _older(Interview.objects.filter(case=case).select_related("by"), "held_at", asked):
        words = _("Interview at school: %(agency)s") % {"agency": row.get_agency_kind_display()}
        written = later(row.held_at, row.recorded_at, case)
        yield Happened(row.held_at, row.pk, words, "outside", row.by.name, recorded_at=written)


def _readings(case: Case, reader: User, asked: Asked) -> list[Happened]:
    """By the day alone, or by the week in which a report was made: see `case_readings` in PostgreSQL."""
    found = []
    for one in readings(case):
        at = datetime.combine(one.on, time.max, case.zone)
        words = _("Read the case")
        found.append(Happened(at, one.whose, words, "readings", one.name, only_day=True, in_week=one.in_week))
    for opened in emergency_accesses(case):
        row = opened.row
        found.append(Happened(row.begun_at, row.pk, _("Opened in an emergency"), "readings", row.person.name))
    return found


_SOURCES: Mapping[str, Callable[[Case, User, Asked], Sequence[Happened]]] = {
    "steps": _steps,
    "checkins": _checkins,
    "reports": _reports,
    "decisions": _decisions,
    "outside": _outside,
    "readings": _readings,
}
