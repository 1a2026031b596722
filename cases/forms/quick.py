"""The short form by which a part ends where it stands, on the page of its case; sent to the verb's own address."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.forms.base import Moment, this_minute
from cases.forms.steps import EvidenceForm
from cases.kinds import parent_contact
from cases.models import Outcome, StepPart
from csec.drafts import store
from protocols.schema import Field, Part

#: How many answers a short form asks at most, and of which types: nothing that has to be written.
_ANSWERS = 2
_CHOSEN = frozenset({"choice", "choices", "yes_no", "date"})
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
    version = forms.IntegerField(widget=forms.HiddenInput)
    happened_at = Moment(label=_("When?"))


def quick_fields(part: StepPart, definition: Part, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """What has to be answered for it to be done; nothing where a short form does not suffice."""
    if part.kind in _READ_FIRST or definition.gate or Outcome.DONE not in definition.outcomes:
        return ()
    needed = tuple(field for field in fields if Outcome.DONE in field.required_for)
    short = all(field.type in _CHOSEN and field.asked == "always" for field in needed)
    return needed if short and 0 < len(needed) <= _ANSWERS else ()


def quick_form(
    part: StepPart, definition: Part, fields: tuple[Field, ...], *, at: datetime, draft_of: str = ""
) -> QuickForm | None:
    """`draft_of` is the token of the part's own form: what is sent after the session ended is found there again."""
    needed = quick_fields(part, definition, fields)
    if not needed:
        return None
    given = {"version": part.version, "happened_at": this_minute(at), store.FIELD: draft_of}
    # As the part's own form calls them, so that this one can be sent to its address; each id once on the page.
    return QuickForm(asked=needed, initial=given, auto_id=f"id_{part.pk.hex}_%s")
