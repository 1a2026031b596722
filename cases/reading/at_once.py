"""What came along with a case because it cannot wait: alerts, and who opened it in an emergency."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from cases.models import Alert, Case
from cases.text import Words
from csec.accounts.models import User


class OpenAlert(NamedTuple):
    """Something that cannot wait, and who sees to it since when."""

    pk: UUID
    words: Words
    at: datetime
    taken_by: str
    taken_at: datetime | None


class SeenTo(NamedTuple):
    """Something that could not wait, and what was found by whom."""

    words: Words
    at: datetime
    ended_at: datetime
    by: str
    found: str


class Emergency(NamedTuple):
    """Somebody of the district opened the case in an emergency; `mine`: the reader did."""

    pk: UUID
    who: str
    mine: bool
    at: datetime
    until: datetime
    review_by: datetime


def alerts_in(cases: Collection[UUID]) -> list[Alert]:
    """What cannot wait in these cases, until somebody has written down what was found."""
    rows = Alert.objects.filter(case__in=cases, ended_at__isnull=True) if cases else Alert.objects.none()
    return list(rows.select_related("case__school", "case__student__merged_into", "taken_by"))


def open_alerts(case: Case) -> list[OpenAlert]:
    """Those of an open case, until somebody has written down what was found."""
    if not case.is_open:
        return []
    return [
        OpenAlert(
            UUID(row["id"]),
            Alert.Kind(row["kind"]).label,
            datetime.fromisoformat(row["at"]),
            row["taken_by"] or "",
            datetime.fromisoformat(row["taken_at"]) if row["taken_at"] else None,
        )
        for row in getattr(case, "alerts_kept", [])
        if not row["ended_at"]
    ]


def seen_to(case: Case) -> list[SeenTo]:
    """Those that have ended, the latest first."""
    ended = [
        SeenTo(
            Alert.Kind(row["kind"]).label,
            datetime.fromisoformat(row["at"]),
            datetime.fromisoformat(row["ended_at"]),
            row["ended_by"],
            # PostgreSQL writes bytes as \\x and hexadecimal digits.
            Alert(pk=row["id"], sealed=bytes.fromhex(row["sealed"].removeprefix("\\x"))).found(case.key),
        )
        for row in getattr(case, "alerts_kept", [])
        if row["ended_at"]
    ]
    return sorted(ended, key=lambda one: one.ended_at, reverse=True)


def emergencies(case: Case, reader: User) -> list[Emergency]:
    """By whom the case was opened in an emergency that nobody has looked at yet, as far as the reader may know."""
    return [
        Emergency(
            UUID(row["id"]),
            row["who"],
            row["whose"] == str(reader.pk),
            *(datetime.fromisoformat(row[name]) for name in ("at", "until", "review_by")),
        )
        for row in getattr(case, "emergencies", [])
    ]
