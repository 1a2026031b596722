"""What the page of a referral says first: the district's providers, whose consent it takes, how the last one goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from cases import ages, kinds
from cases.kinds import referral
from cases.models import Case, Entry, Outcome, Referral, StepPart
from cases.reading.numbers import Listed, numbers
from csec.directory.models import Agency


@dataclass(frozen=True)
class About:
    """Whose consent treatment takes goes by the age on that day; None when the roster does not have it."""

    providers: list[Listed]
    age: int | None
    minors_from: int = referral.MINORS_FROM
    adult: int = referral.ADULT


class Look(NamedTuple):
    row: Referral
    note: str


def listed(kind: str) -> Mapping[str, Sequence[str]]:
    """The names of the district's agencies that the fields of a kind offer."""
    offered = kinds.AGENCIES.get(kind)
    if not offered:
        return {}
    rows = list(Agency.objects.filter(kind__in=offered.values()).values_list("kind", "name"))
    return {field: [name for of, name in rows if of == wanted] for field, wanted in offered.items()}


def about(case: Case, part: StepPart, at: datetime) -> About | None:
    """For a part of which this has to be said."""
    if part.kind not in kinds.ASKED_AFTER:
        return None
    today = at.astimezone(case.zone).date()
    age = referral.age_on(ages.born(case), today) if case.student else None
    return About(providers(today), age)


def providers(today: date) -> list[Listed]:
    """Whom the district offers, in its order."""
    return numbers(Agency.Kind.PROVIDER, today)


def looks(case: Case, part: StepPart) -> list[Look]:
    """What was found each time, the latest first."""
    rows = Referral.objects.filter(part=part, case=case).select_related("by").order_by("-at", "-id")
    return [Look(row, row.note(case.key)) for row in rows]


def accepted(case: Case, part: StepPart, today: date) -> tuple[str, Listed | None]:
    """The provider whose referral was accepted, and the number that the district has of them."""
    entry = (
        Entry.objects.filter(part=part, outcome=Outcome.DONE)
        .select_related("evidence")
        .order_by("-number")
        .first()
    )
    facts: dict[str, Any] = entry.evidence.facts(case.key) if entry and hasattr(entry, "evidence") else {}
    name = str(facts.get(referral.PROVIDER, ""))
    return name, next((one for one in providers(today) if one.name == name), None)
