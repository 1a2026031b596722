"""The forms of one's own duty to report."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import evidence, text
from cases.forms.base import Moment, PlainText, ReasonForm, VerbForm, this_minute
from cases.forms.steps import PREFIX, EvidenceForm
from cases.kinds import report
from cases.models import Outcome, ReportDuty
from protocols.schema import Field


class RecordReportForm(EvidenceForm):
    """The call stands before the whole, as it comes first; that none applies only where the protocol allows it."""

    outcome = forms.ChoiceField(widget=forms.RadioSelect, label=_("What did you do?"))
    reason = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("Reason"),
        help_text=_("Needed when you say that it does not apply. It speaks for you alone."),
    )

    def __init__(self, *args: Any, may_opt_out: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        done = report.done_label(field.name for field in self.asked)
        choices: list[Any] = [(report.CALLED, report.CALLED_LABEL), (Outcome.DONE.value, done)]
        if may_opt_out:
            choices.append((Outcome.NOT_APPLICABLE.value, Outcome.NOT_APPLICABLE.label))
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What a call needs is said beside its field already here, as for the whole."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == report.CALLED:
            for field in self.asked:
                name = PREFIX + field.name
                if (
                    Outcome.DONE in field.required_for
                    and name in cleaned
                    and evidence.is_empty(cleaned[name])
                ):
                    self.add_error(name, text.REQUIRED)
        return cleaned

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        values = self.values()
        if given["outcome"] == Outcome.NOT_APPLICABLE:
            values = {}
        return {"outcome": given["outcome"], "reason": given["reason"], "values": values}


class ConfirmJointReportForm(VerbForm):
    agency = PlainText(
        label=_("Agency that took the report"),
        help_text=_("A school district’s own police is not an agency that can take the report."),
    )
    made_at = Moment(label=_("When was it made?"))
    made_by = PlainText(
        required=False,
        label=_("Who made it, as you agreed"),
        help_text=_("You need not say. If you do, nobody but you reads it."),
    )
    reference = PlainText(
        required=False, label=_("Reference of the report"), help_text=_("Nobody but you reads it.")
    )


class CorrectLearnedAtForm(ReasonForm):
    learned_at = Moment(label=_("When did you first know or suspect?"))
    field_order = ["learned_at", "reason"]

    def __init__(self, *args: Any, learned_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("learned_at", this_minute(learned_at))
        self.fields["reason"].label = _("Why was the other time wrong?")


def labels_of(duty: ReportDuty, asked: tuple[Field, ...]) -> dict[str, Field]:
    """What each fact of a duty is called: as the protocol asks it, and what a joint report has of its own."""
    form = ConfirmJointReportForm.base_fields
    own = {
        name: Field(name=name, label=str(form[name].label), type="text") for name in ("made_by", "reference")
    }
    own["reason"] = Field(name="reason", label=str(_("Reason")), type="note")
    found = own | {field.name: field for field in asked}
    if duty.how == ReportDuty.How.JOINT:
        found["phoned_at"] = Field(name="phoned_at", label=str(form["made_at"].label), type="moment")
        found["agency"] = Field(name="agency", label=str(form["agency"].label), type="text")
    return found
