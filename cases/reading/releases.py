"""What left the school about one student, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, Interview, Release, ReleaseReview
from cases.text import Words
from csec.accounts.models import User

_LABELS: tuple[tuple[str, Words], ...] = (
    ("what", _("What was released")),
    ("interest", _("What for")),
    ("threat", _("Threat")),
    ("persons", _("Told to, to protect")),
)
_OF_INTERVIEWS: tuple[tuple[str, Words], ...] = (
    ("interviewer", _("By whom")),
    ("adult_name", _("The chosen adult")),
    ("note", _("Circumstances")),
)


@dataclass(frozen=True)
class ReleaseView:
    """One entry of the list, opened. `reviewed` is whether counsel has read the list up to it."""

    row: Release
    recipient: str
    facts: list[tuple[Words, str]]
    corrected: Release | None
    reviewed: bool

    @property
    def recorded_later(self) -> bool:
        """Whether it was written down on another day than it left."""
        zone = self.row.case.zone
        return self.row.recorded_at.astimezone(zone).date() != self.row.left_at.astimezone(zone).date()


@dataclass(frozen=True)
class InterviewView:
    row: Interview
    agency: str
    facts: list[tuple[Words, str]]
    corrected: Interview | None


class ReleasesPage:
    """Each property asks the database at most once."""

    def __init__(self, case: Case, reader: User, at: datetime) -> None:
        self.case, self.reader, self.at = case, reader, at

    @cached_property
    def reviews(self) -> list[ReleaseReview]:
        return list(ReleaseReview.objects.filter(case=self.case).select_related("by", "last"))

    @cached_property
    def releases(self) -> list[ReleaseView]:
        rows = list(Release.objects.filter(case=self.case).select_related("by"))
        corrected = {row.corrects_id: row for row in rows}
        read_to = max(((one.last.recorded_at, one.last.pk) for one in self.reviews), default=None)
        found = []
        for row in rows:
            row.case = self.case
            words = row.words(self.case.key)
            facts = [(label, words[name]) for name, label in _LABELS if name in words]
            reviewed = read_to is not None and (row.recorded_at, row.pk) <= read_to
            found.append(ReleaseView(row, words.get("recipient", ""), facts, corrected.get(row.pk), reviewed))
        return found

    @property
    def to_review(self) -> int:
        """How many entries counsel has not read yet."""
        return sum(not one.reviewed for one in self.releases)

    @cached_property
    def interviews(self) -> list[InterviewView]:
        rows = list(Interview.objects.filter(case=self.case).select_related("by"))
        corrected = {row.corrects_id: row for row in rows}
        found = []
        for row in rows:
            words = row.words(self.case.key)
            facts = [(label, words[name]) for name, label in _OF_INTERVIEWS if name in words]
            found.append(InterviewView(row, words.get("agency", ""), facts, corrected.get(row.pk)))
        return found

    @property
    def can(self) -> dict[str, bool]:
        return {
            name: getattr(permissions, f"can_{name}")(self.reader, self.case)
            for name in ("record_release", "review_releases", "record_interview", "preview_records")
        }
