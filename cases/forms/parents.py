"""The forms about a student's parents, and an officer who takes the student into custody."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.base import Moment, PlainText, ReasonForm, VerbForm, this_minute


class SuspectParentForm(VerbForm):
    reason = PlainText(
        note=True,
        rows=4,
        label=_("What this rests on"),
        help_text=_("In a few words. Those who carry or answer for the case, and legal counsel, read it."),
    )


class ReleaseParentHoldForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why contact with parents no longer has to be frozen")


class RecordCustodyForm(VerbForm):
    taken_at = Moment(label=_("When did the peace officer take the student into custody?"))
    agency = PlainText(label=_("Agency"))
    officer_named = PlainText(label=_("Peace officer: name, and badge number"))
    where_to = PlainText(required=False, label=_("Where to, if they said so"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("taken_at", this_minute(at))


class EndCustodyForm(VerbForm):
    back_at = Moment(label=_("Since when is the student back?"))
    reason = PlainText(
        note=True, rows=3, label=_("Who has the student now, and what was agreed about the parents?")
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("back_at", this_minute(at))
