"""The forms by which a student is handed over to another school."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Moment, PlainText, ReasonForm, VerbForm, this_minute
from cases.forms.releases import which_threat, whom_it_protects
from cases.models import TransferSection
from cases.workflow.sending import BASES, RECIPIENTS
from cases.workflow.summary import Chosen
from csec.accounts.models import Membership

Section = TransferSection.Section


class ToldForm(VerbForm):
    """
    The sections that are told, with the words typed for them: as little as whoever takes over needs now.

    `read` is the digest of what the page showed of it; without one nothing is sent.
    """

    own_fields = VerbForm.own_fields | {"to"}
    never_restored: ClassVar[frozenset[str]] = VerbForm.never_restored | {"read"}

    read = forms.CharField(required=False, widget=forms.HiddenInput)
    sections = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("What is told beside who it is about"),
        help_text=_("As little as is needed now. Reports, and who made them, are never told."),
    )
    safety = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What is needed for the student’s safety"),
        help_text=_(
            "Such as arrival, the way home, who may pick the student up, the way to reach them that is safe."
        ),
    )
    needs = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What the student needs at school"),
        help_text=_("Facts only."),
    )

    def __init__(self, *args: Any, choices: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [(one, Section(one).label) for one in choices]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        """What was chosen and typed."""
        given = self.cleaned_data
        return Chosen(
            tuple(given["sections"]), given["safety"], given["needs"], given.get("counseling_reason", "")
        )


class OfferTransferForm(ToldForm):
    """To a named person at another school of the district."""

    to = forms.ChoiceField(
        label=_("Who takes over?"),
        help_text=_(
            "Somebody who carries cases or answers for the school there. Call them before you send it."
        ),
    )
    counseling_reason = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("Why the restricted section is needed there"),
        help_text=_("Only what the student agreed to, or what cannot wait (Education Code 49602)."),
    )
    field_order = ["to", "sections", "safety", "needs", "counseling_reason"]

    def __init__(self, *args: Any, receivers: Collection[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receivers = {str(m.pk): m for m in receivers}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a person")),
            *(
                (key, f"{m.school.name if m.school else ''}: {m.person.name}, {m.get_role_display()}")
                for key, m in self.receivers.items()
            ),
        ]
        self.initial.setdefault("sections", [Section.CONTACT])
        if Section.COUNSELING not in dict(self.fields["sections"].choices):  # type: ignore[attr-defined]
            del self.fields["counseling_reason"]

    def arguments(self) -> dict[str, Any]:
        membership = self.receivers[self.cleaned_data["to"]]
        return {
            "to_school": membership.school,
            "receiver": membership.person,
            **{name: value for name, value in self.cleaned_data.items() if name not in self.own_fields},
        }

    def show_invalid(self, wrong: dict[str, Any]) -> None:
        super().show_invalid({"to" if name == "receiver" else name: words for name, words in wrong.items()})


class SendSummaryForm(ToldForm):
    """To a school or agency outside of the district, with what the law asks of a release of information."""

    recipient_kind = forms.ChoiceField(
        choices=[("", _("Choose one")), *((one.value, one.label) for one in RECIPIENTS)],
        label=_("To whom"),
        help_text=_("A parent or student asks for the record instead: log that as a records request."),
    )
    recipient = PlainText(label=_("Name of the recipient"), help_text=_("A person, and where they work."))
    basis = forms.ChoiceField(
        choices=[("", _("Choose one")), *((one.value, one.label) for one in BASES)],
        label=_("Legal basis"),
        help_text=_("Ask counsel when you are not sure."),
    )
    interest = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("What they need it for"),
        help_text=_("Their legitimate interest, as the list of releases keeps it."),
    )
    threat, persons = which_threat(), whom_it_protects()
    field_order = [
        "recipient_kind", "recipient", "basis", "interest", "threat", "persons", "sections", "safety", "needs",
    ]  # fmt: skip


class NoteDepartureForm(ReasonForm):
    reason = PlainText(
        note=True,
        rows=3,
        label=_("What is known"),
        help_text=_("Since when, who was asked, and when Child Welfare Services or the police were told."),
    )


class WithdrawTransferForm(ReasonForm):
    pass


class RefuseTransferForm(ReasonForm):
    pass


class AcknowledgeTransferForm(VerbForm):
    acknowledged_by = PlainText(
        label=_("Who has taken note of the student?"),
        help_text=_("A person at the new school or at Child Welfare Services, and how to reach them."),
    )
    acknowledged_at = Moment(label=_("When?"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("acknowledged_at", this_minute(at))
