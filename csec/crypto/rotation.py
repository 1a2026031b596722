"""
Moving what is sealed under a master key to the newest one, a few rows at a time.

What was written about a student is sealed under data keys: they alone are wrapped again, and no text is read. Other
rooms register what they seal under a master key themselves. Runs as the owner of the database, who sees every row;
no login of a process has a right to any of this.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Count

from csec.audit.log import record
from csec.crypto import keys
from csec.crypto.keys import CannotUnseal
from csec.crypto.models import DataKey, RecoveryKey

OWNER = "owner"
#: So many rows are moved in one transaction, and are locked for as long.
AT_ONCE = 200


class Sealed(Protocol):
    """One kind of row that is sealed under a master key itself."""

    name: str

    def count(self) -> Counter[int]:
        """How many rows need each version."""

    def behind(self, *, after: Any, most: int) -> list[Any]:
        """The ids above `after` (or from the first), in their order, of rows that need another one than the newest."""

    def move(self, ids: list[Any]) -> tuple[int, list[Any]]:
        """Lock and move those that are still behind: how many that were, and the ids of those that do not open."""


@dataclass
class Moved:
    """What a run did: how many rows of each kind, and which ones open under no key that is there."""

    rows: Counter[str] = field(default_factory=Counter)
    damaged: set[str] = field(default_factory=set)


class DataKeys:
    """The keys of concerns, cases and drafts; one that was destroyed needs nothing."""

    name = "data keys"

    def count(self) -> Counter[int]:
        whole = DataKey.objects.using(OWNER).filter(wrapped__isnull=False).order_by()
        return Counter(dict(whole.values_list("master_version").annotate(Count("pk"))))

    def behind(self, *, after: Any, most: int) -> list[Any]:
        rows = DataKey.objects.using(OWNER).filter(wrapped__isnull=False)
        rows = rows.exclude(master_version=keys.newest())
        if after:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:most])

    def move(self, ids: list[Any]) -> tuple[int, list[Any]]:
        # Not FOR UPDATE: that would hold up whoever writes the first text under one of them.
        rows = DataKey.objects.using(OWNER).select_for_update(no_key=True)
        rows = rows.filter(pk__in=ids, wrapped__isnull=False).exclude(master_version=keys.newest())
        moved, damaged = [], []
        for key in rows.order_by("pk"):
            try:
                key.rewrap()
                moved.append(key)
            except CannotUnseal:
                damaged.append(key.pk)
        DataKey.objects.using(OWNER).bulk_update(moved, ["wrapped", "master_version"])
        return len(moved), damaged


class OfRecovery:
    """What the master keys are sealed for: its public half stands under the newest (`recovery.keep_up` sees to it)."""

    name = "recovery key"

    def count(self) -> Counter[int]:
        return Counter(RecoveryKey.objects.using(OWNER).values_list("master_version", flat=True))

    def behind(self, *, after: Any, most: int) -> list[Any]:
        return []

    def move(self, ids: list[Any]) -> tuple[int, list[Any]]:
        return 0, []


_KINDS: list[Sealed] = [DataKeys(), OfRecovery()]


def register(kind: Sealed) -> None:
    """Have rows of this kind counted and moved with the others; called once, when the application starts."""
    _KINDS.append(kind)


def needed() -> dict[int, Counter[str]]:
    """By version of the master key: how many rows of each kind open by it alone."""
    found: dict[int, Counter[str]] = {}
    for kind in _KINDS:
        for version, count in kind.count().items():
            found.setdefault(version, Counter())[kind.name] += count
    return found


def rotate(said: Callable[[str], None]) -> Moved:
    """
    Move all that is behind to the newest master key. Any number may run at once, and may be killed at any moment.

    `said` is told how far it has come. Each transaction leaves one event. Rows that open under no key that is there
    stay as they are.
    """
    done = Moved()
    for kind in _KINDS:
        version = keys.newest()
        total = sum(count for older, count in kind.count().items() if older != version)
        # What a process that knows no newer key has made meanwhile may lie before the place where this run is.
        while _once(kind, done, total=total, said=said):
            pass
    return done


def _once(kind: Sealed, done: Moved, *, total: int, said: Callable[[str], None]) -> int:
    """Go through one kind from its first row to the last; returns how many were moved."""
    count, after = 0, None
    while ids := kind.behind(after=after, most=AT_ONCE):
        after = ids[-1]
        with transaction.atomic(using=OWNER):
            moved, damaged = kind.move(ids)
            if moved:
                record("keys_rewrapped", actor=None, using=OWNER)
        count += moved
        done.rows[kind.name] += moved
        done.damaged |= {f"{kind.name} {one}" for one in damaged}
        if moved:
            said(f"{kind.name}: {done.rows[kind.name]} of {max(total, done.rows[kind.name])}")
    return count
