"""The forms about what leaves the school, and about an interview at school."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.base import CHOOSE, Moment, PlainText, VerbForm, this_minute
from cases.models import Interview, Release


def _choose(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Choose one")), *choices]


class CorrectsField(forms.TypedChoiceField):
    """Which earlier entry this one stands for; none for something new."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            coerce=UUID,
            empty_value=None,
            label=_("Does it correct an earlier entry?"),
            help_text=_("The earlier entry stays, and shows that this one stands for it."),
            error_messages={"invalid_choice": CHOOSE},
            **kwargs,
        )

    def offer(self, rows: Iterable[tuple[UUID, datetime, Any]]) -> None:
        """Offer the entries that nobody corrected yet: each by its moment and what it was."""
        self.choices = [
            ("", _("No, it is a new one")),
            *(
                (str(pk), f"{formats.date_format(timezone.localtime(moment), 'MOMENT_AND_YEAR')}: {words}")
                for pk, moment, words in rows
            ),
        ]


def which_threat() -> PlainText:
    """Of what was told in an emergency: asked wherever something leaves the school on that basis."""
    return PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("In an emergency: which threat?"),
        help_text=_("The threat to health or safety that was the reason (34 CFR 99.32(a)(5))."),
    )


def whom_it_protects() -> PlainText:
    return PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("In an emergency: to whom was it told, to protect whom?"),
    )


class RecordReleaseForm(VerbForm):
    """What protects in immediate danger is told first; this is filled in afterwards."""

    left_at = Moment(label=_("When was it released?"))
    recipient_kind = forms.ChoiceField(choices=_choose(Release.Recipient.choices), label=_("To whom"))
    recipient = PlainText(label=_("Name of the recipient"), help_text=_("A person, and where they work."))
    what = PlainText(
        note=True,
        rows=3,
        label=_("What was released"),
        help_text=_("Papers or facts, by word or on paper. As little as serves the purpose."),
    )
    basis = forms.ChoiceField(
        choices=_choose(Release.Basis.choices),
        label=_("Legal basis"),
        help_text=_("Ask counsel when you are not sure, unless somebody is in danger now."),
    )
    interest = PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("What do they need it for?"),
        help_text=_(
            "Their legitimate interest (34 CFR 99.32(a)(3); Education Code 49064). Not asked of a parent or student"
            " who uses a right of their own."
        ),
    )
    threat, persons = which_threat(), whom_it_protects()
    corrects = CorrectsField()

    def __init__(self, *args: Any, releases: Iterable[Release], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("left_at", this_minute(at))
        field = self.fields["corrects"]
        assert isinstance(field, CorrectsField)  # noqa: S101
        field.offer((row.pk, row.left_at, row.get_recipient_kind_display()) for row in releases)


class ReviewReleasesForm(VerbForm):
    """`last` is the latest entry that the page shows."""

    never_restored = VerbForm.never_restored | {"last"}

    last = forms.UUIDField(widget=forms.HiddenInput)


class RecordInterviewForm(VerbForm):
    """Circumstances alone: there is no field for what was said."""

    held_at = Moment(label=_("When did it begin?"))
    agency_kind = forms.ChoiceField(choices=_choose(Interview.Agency.choices), label=_("Kind of agency"))
    agency = PlainText(label=_("Name of the agency"))
    interviewer = PlainText(
        label=_("Who spoke with the student"), help_text=_("Name, and badge or identification seen.")
    )
    told = forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No, or not known"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label=_("Was the student told of the choice: alone, or with an adult of the school’s staff?"),
        help_text=_("Penal Code 11174.3, before the interview begins."),
    )
    adult = forms.ChoiceField(
        choices=Interview.Adult.choices, widget=forms.RadioSelect, label=_("What did the student choose?")
    )
    adult_name = PlainText(
        required=False,
        label=_("The chosen adult"),
        help_text=_("Is there for support, takes no part, and does not discuss the facts with the student."),
    )
    note = PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("Circumstances"),
        help_text=_("Where, how long, who else was there. Never what the student or anybody else said."),
    )
    corrects = CorrectsField()

    def __init__(self, *args: Any, interviews: Iterable[Interview], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_at", this_minute(at))
        field = self.fields["corrects"]
        assert isinstance(field, CorrectsField)  # noqa: S101
        field.offer((row.pk, row.held_at, row.get_agency_kind_display()) for row in interviews)
