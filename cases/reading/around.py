"""The page on which a student's safety stands: the plan, the people around the student, devices in custody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Answer, Case, Contact, ContactNote, Decision, DeviceRecord, SafetyPlan
from cases.models.around import PERMISSIONS
from cases.reading.parents import Standing, standing
from cases.text import Words
from csec.accounts.models import User
from csec.directory.card import dial

#: The plan's words in the order of a day.
LABELS: dict[str, Words] = {
    "arrival": _("Arriving"),
    "route": _("The way to school and home"),
    "phone": _("Telephone"),
    "safe_adult": _("The adult whom the student turns to"),
    "avoid": _("Places and people to keep away from"),
    "danger": _("What to do in danger"),
}


class Given(NamedTuple):
    """One answer, who gave it first as it is now, and when."""

    label: Words
    answer: str
    word: Words
    by: str
    at: datetime


@dataclass
class Person:
    """Somebody around the student, as they are entered now."""

    row: Contact
    words: dict[str, str]
    given: list[Given]
    notes: list[tuple[ContactNote, str]]
    #: Whether they were entered before the case was known to be about this student.
    of_another: bool
    #: Whether nobody of the school calls the student's home as things stand.
    home_held: bool

    @property
    def dial(self) -> str:
        return dial(self.words["telephone"])

    @property
    def answered(self) -> list[Given]:
        return [one for one in self.given if one.answer != Answer.UNKNOWN]

    @property
    def unknown(self) -> list[Words]:
        return [one.label for one in self.given if one.answer == Answer.UNKNOWN]

    @property
    def is_held(self) -> bool:
        """Whether they may be contacted by what is entered, and what stands between the school and the home says no."""
        return bool(self.row.may_be_contacted == Answer.YES and self.home_held and self.row.is_of_the_home)

    @property
    def may_be_called(self) -> bool:
        return bool(self.row.may_be_contacted == Answer.YES and not self.is_held)

    @property
    def asks_before_dismissal(self) -> bool:
        """Whether somebody who may be involved may also be given the student."""
        return bool(self.row.may_be_involved == Answer.YES)


class SafetyPage:
    """What the reader may see of it: the officer the plan that is shared with them, and the devices."""

    def __init__(self, case: Case, reader: User, at: datetime) -> None:
        self.case = case
        self.reader = reader
        self.today = at.astimezone(case.zone).date()
        self.standing: Standing = standing(case, at)

    @cached_property
    def plan(self) -> SafetyPlan | None:
        return SafetyPlan.objects.filter(case=self.case, replaced_at=None).select_related("set_by").first()

    @property
    def plan_is_due(self) -> bool:
        return bool(self.plan and self.case.is_open and self.plan.review_on <= self.today)

    @property
    def plan_of_another(self) -> bool:
        return bool(self.plan and self._before_naming(self.plan.set_at))

    @cached_property
    def _named_at(self) -> datetime | None:
        named = Decision.objects.filter(case=self.case, kind=Decision.Kind.STUDENT_CORRECTED)
        return named.order_by("-at").values_list("at", flat=True).first()

    def _before_naming(self, at: datetime) -> bool:
        return self._named_at is not None and at < self._named_at

    @cached_property
    def _plan_words(self) -> dict[str, Any]:
        return self.plan.words(self.case.key) if self.plan else {}

    @property
    def plan_facts(self) -> Iterator[tuple[Words, str]]:
        for name, label in LABELS.items():
            if self._plan_words.get(name):
                yield label, self._plan_words[name]

    @property
    def pick_up(self) -> list[tuple[str, bool]]:
        """Who may pick up the student by the plan; and whether that has changed since, as far as the reader knows."""
        may = {str(one.row.who) for one in self.people if one.row.picks_up}
        return [
            (name, self.reads_people and who not in may) for who, name in self._plan_words.get("pick_up", [])
        ]

    @property
    def reads_people(self) -> bool:
        return self.case.my_role != "sro"

    @cached_property
    def _versions(self) -> dict[UUID, list[Contact]]:
        """All versions of everybody, the latest last."""
        versions: dict[UUID, list[Contact]] = defaultdict(list)
        for row in Contact.objects.filter(case=self.case).select_related("set_by", "ended_by"):
            versions[row.who].append(row)
        return versions

    @cached_property
    def people(self) -> list[Person]:
        notes = defaultdict(list)
        for note in ContactNote.objects.filter(case=self.case).select_related("by"):
            notes[note.who].append((note, note.words(self.case.key)))
        return [
            Person(
                rows[-1],
                rows[-1].words(self.case.key),
                list(given(rows)),
                notes[who],
                of_another=self._before_naming(rows[-1].set_at),
                home_held=self.standing.holds_the_home,
            )
            for who, rows in self._versions.items()
            if rows[-1].ended_at is None
        ]

    @property
    def ended(self) -> list[tuple[Contact, str, str]]:
        """Who is no longer on the list: the row, the name, and why."""
        key, latest = self.case.key, (rows[-1] for rows in self._versions.values())
        return [(row, row.words(key)["name"], row.why_ended(key)) for row in latest if row.ended_at]

    @cached_property
    def devices(self) -> list[tuple[DeviceRecord, dict[str, str]]]:
        rows = DeviceRecord.objects.filter(case=self.case).select_related("by")
        return [(row, row.words(self.case.key)) for row in rows]

    @property
    def can(self) -> dict[str, bool]:
        names = ("add_contact", "change_contact", "end_contact", "set_safety_plan", "record_device")
        return {
            name: self.case.is_open and getattr(permissions, f"can_{name}")(self.reader, self.case)
            for name in names
        }


def given(versions: Iterable[Contact]) -> Iterator[Given]:
    """The answers of the latest version, each with the version since which it has been so."""
    rows = list(versions)
    for name, label in PERMISSIONS.items():
        answer, since = getattr(rows[-1], name), rows[-1]
        for row in reversed(rows):
            if getattr(row, name) != answer:
                break
            since = row
        yield Given(label, answer, Answer(answer).label, since.set_by.name, since.set_at)


def rights_holders(case: Case) -> list[str]:
    """The names of those who decide on the student's education in a parent's place."""
    rows = Contact.objects.in_force().filter(case=case, decides_education=Answer.YES)
    return [row.words(case.key)["name"] for row in rows.exclude(relation=Contact.Relation.PARENT)]
