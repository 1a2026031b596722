"""The short forms by which a part ends where it stands, on the page of its case; sent to the verb's own address."""

from datetime import datetime
from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.forms.base import Moment, VerbForm, this_minute
from cases.forms.checkins import SeenForm
from cases.forms.steps import EvidenceForm
from cases.kinds import contact, parent_contact
from cases.models import Outcome, StepPart
from csec.drafts import store
from protocols.schema import Field, Part

#: How many answers a short form asks at most, and of which types: nothing that has to be written.
_ANSWERS = 2
_CHOSEN = frozenset({"choice", "choices", "yes_no", "date"})
#: Sent with a short form: how far down in the window its part stood (pixels); empty without a script.
IN_PLACE = "in_place"
#: Kinds of which something is read first, on the page of their form.
_READ_FIRST = (
    kinds.DUTIES
    | kinds.SCHEDULED
    | kinds.ON_WEBSITE
    | kinds.ASKED_AFTER
    | kinds.OF_PARENTS
    | kinds.DONE_BY.keys()
    | kinds.CHECKS_OF_CASE.keys()
    | {parent_contact.CONSULTATION}
)


class QuickForm(EvidenceForm):
    """A part is done."""

    verb: ClassVar[str] = "record_outcome"

    version = forms.IntegerField(widget=forms.HiddenInput)
    happened_at = Moment(label=_("When?"))

    @property
    def shown(self) -> list[forms.BoundField]:
        return [*self.evidence_fields, self["happened_at"]]


class QuickCheckinForm(SeenForm):
    """Seen or not, and safe or not; the next day is the schedule's."""

    verb: ClassVar[str] = "record_checkin"

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self["seen"], *self.evidence_fields, self["happened_at"], self["reason"]]


def refused(short: VerbForm, sent: VerbForm) -> None:
    """Say in a short form what is wrong with it: what its verb's whole form found."""
    short.full_clean()
    short.errors.clear()
    for name, found in sent.errors.as_data().items():
        for error in found:
            short.add_error(name if name in short.fields else None, error)


def quick_fields(part: StepPart, definition: Part, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """What has to be answered for it to be done; nothing where a short form does not suffice."""
    if part.kind in _READ_FIRST or definition.gate or Outcome.DONE not in definition.outcomes:
        return ()
    needed = tuple(field for field in fields if Outcome.DONE in field.required_for)
    short = all(field.type in _CHOSEN and field.asked == "always" for field in needed)
    return needed if short and 0 < len(needed) <= _ANSWERS else ()


def quick_form(
    part: StepPart,
    definition: Part,
    fields: tuple[Field, ...],
    *,
    at: datetime,
    draft_of: str = "",
    data: QueryDict | None = None,
) -> QuickForm | QuickCheckinForm | None:
    """`draft_of` is the token of the part's own form: what is sent after the session ended is found there again."""
    # As the part's own form calls them, so that this one can be sent to its address; each id once on the page.
    auto_id = f"id_{part.pk.hex}_%s"
    given = {"version": part.version, "happened_at": this_minute(at), store.FIELD: draft_of}
    if part.kind in kinds.SCHEDULED:
        safe = tuple(field for field in fields if field.name == contact.SAFE)
        return QuickCheckinForm(data, asked=safe, version=part.version, at=at, initial=given, auto_id=auto_id)
    needed = quick_fields(part, definition, fields)
    return QuickForm(data, asked=needed, initial=given, auto_id=auto_id) if needed else None
