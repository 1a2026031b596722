"""The short forms by which a part ends where it stands, on the page of its case; sent to the verb's own address."""

from datetime import datetime
from typing import Any, ClassVar

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
#: Kinds of which something is read first, on the page of their form; before a contact, which way of it is safe.
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
    """Seen or not, and safe or not; the next day is the schedule's. `safe_way` is read first, as on the whole form."""

    verb: ClassVar[str] = "record_checkin"

    def __init__(self, *args: Any, safe_way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.safe_way = safe_way

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


def quick_checkin(
    part: StepPart,
    fields: tuple[Field, ...],
    safe_way: str,
    *,
    at: datetime,
    draft_of: str = "",
    data: QueryDict | None = None,
) -> QuickCheckinForm | None:
    """None where the reader does not know the safe way of contact, or the protocol asks for more than is chosen."""
    more = {field.name for field in fields if Outcome.DONE in field.required_for} - {
        contact.SEEN,
        contact.SAFE,
    }
    if more or not safe_way:
        return None
    return QuickCheckinForm(
        data,
        asked=tuple(field for field in fields if field.name == contact.SAFE),
        version=part.version,
        at=at,
        safe_way=safe_way,
        initial=_initial(part, at, draft_of),
        auto_id=_auto_id(part),
    )


def quick_form(
    part: StepPart,
    definition: Part,
    fields: tuple[Field, ...],
    *,
    at: datetime,
    draft_of: str = "",
    data: QueryDict | None = None,
) -> QuickForm | None:
    """`draft_of` is the token of the short form: what is typed there is found again in the part's own."""
    needed = quick_fields(part, definition, fields)
    if not needed:
        return None
    return QuickForm(data, asked=needed, initial=_initial(part, at, draft_of), auto_id=_auto_id(part))


def _initial(part: StepPart, at: datetime, draft_of: str) -> dict[str, Any]:
    return {"version": part.version, "happened_at": this_minute(at), store.FIELD: draft_of}


def _auto_id(part: StepPart) -> str:
    """The names are those of the part's own form, so that this one can be sent there; each id is once on the page."""
    return f"id_{part.pk.hex}_%s"
