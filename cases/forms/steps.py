"""The forms by which a part of a step ends, built from the protocol's definition."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from cases import evidence, kinds, text
from cases.forms.base import Day, Moment, PlainText, ReasonForm, this_minute
from cases.forms.listed import LISTED, ListedForm, asked_after
from cases.kept import as_kept
from cases.kinds import report
from cases.models import Outcome
from cases.text import Words
from csec.accounts.models import User
from protocols.schema import Field, Part

PREFIX = "field_"
PHONED_AT = f"{PREFIX}phoned_at"
#: What the definition asks for when the part is done; which of the answers that is, is open while it is filled in.
NEEDED = _("Needed when it is done.")

YES_NO = [("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))]


def evidence_field(field: Field, *, always: bool = False) -> forms.Field:
    """
    The form field for a field of the definition. What may be entered is decided by the verb.

    `always`: its form knows but one ending, the one for which a field is needed or not.
    """
    required = Outcome.DONE in field.required_for
    needed = [NEEDED] if required and not always else []
    help_text = format_html_join(" ", "{}", ((words,) for words in [*needed, field.help] if words))
    common: dict[str, Any] = {"required": False, "label": field.label, "help_text": help_text}
    if required and always:
        common |= {"required": True, "error_messages": {"required": text.REQUIRED}}
    if field.type == "text":
        return PlainText(**common)
    if field.type == "note":
        return PlainText(note=True, rows=3, **common)
    if field.type == "date":
        return Day(**common)
    if field.type == "moment":
        return Moment(**common)
    if field.type == "yes_no":
        return forms.TypedChoiceField(
            choices=YES_NO[1:],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **common,
        )
    choices = [(choice.value, choice.label) for choice in field.choices]
    if field.type == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


class EvidenceForm(ListedForm):
    """The definition's fields, with what was typed once on this case offered again."""

    def __init__(
        self,
        *args: Any,
        asked: tuple[Field, ...],
        offered: Mapping[str, Any] | None = None,
        listed: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, listed=listed, prefix_of=PREFIX, **kwargs)
        self.asked = asked
        always = "outcome" not in self.fields
        for field in asked:
            shown = evidence_field(field, always=always)
            self.add_listed(field.name, shown)
            self.fields[PREFIX + field.name] = shown
        for name, value in (offered or {}).items():
            self.initial.setdefault(self.place_of(name, value), _as_shown(value))

    def values(self) -> dict[str, Any]:
        return {field.name: self.chosen(field.name) for field in self.asked}

    def show_invalid(self, wrong: dict[str, Any]) -> None:
        names = {field.name for field in self.asked}
        super().show_invalid(
            {PREFIX + name if name in names else name: words for name, words in wrong.items()}
        )

    @property
    def evidence_fields(self) -> list[forms.BoundField]:
        names = [place + field.name for field in self.asked for place in (LISTED, PREFIX)]
        return [self[name] for name in names if name in self.fields]


def _as_shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


class RecordOutcomeForm(EvidenceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(widget=forms.RadioSelect, label=_("How did it end?"))
    happened_at = Moment(label=_("When?"))
    reason = PlainText(
        note=True, required=False, rows=3, label=_("Reason"), help_text=_("Needed unless it is done.")
    )
    review_on = Day(required=False, label=_("Look at it again on"))

    def __init__(
        self,
        *args: Any,
        definition: Part,
        version: int,
        at: datetime,
        outcomes: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if outcomes is None:
            own_verb = definition.kind in kinds.DONE_BY
            outcomes = [name for name in definition.outcomes if not (own_verb and name == Outcome.DONE.value)]
        offered = [Outcome(name) for name in outcomes]
        choices: dict[str, Words] = {outcome.value: outcome.label for outcome in offered}
        if Outcome.DONE in offered and Outcome.UNABLE in offered:
            # The half stands before the whole, as it comes first.
            halves = dict(kinds.HALVES.get(definition.kind, {}))
            if report.CALLED in halves:
                halves[Outcome.DONE.value] = report.done_label(field.name for field in self.asked)
            choices = {**halves, **choices, **halves}
        self.in_halves = report.CALLED in choices
        self.tomorrow = timezone.localdate(at) + timedelta(days=1)
        self.fields["outcome"].choices = list(choices.items())  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.initial["outcome"] = offered[0].value
        self.initial.setdefault("version", version)
        self.initial.setdefault("happened_at", this_minute(at))
        self.fields["review_on"].help_text = (
            _("Needed: the next contact after this one.")
            if definition.repeat
            else _("Needed for “Unable so far”: it stays open and asks again then.")
        )
        if definition.repeat:
            self.fields["review_on"].label = _("Next contact on")
        if definition.kind in kinds.ASKED_AFTER:
            self.fields["review_on"].help_text = asked_after(definition.kind, timezone.localdate(at))
        if definition.kind in kinds.SCHEDULED:
            # Its next day comes from the schedule.
            self.fields["review_on"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A call that was made, before the form is sent, is an attempt that asks again tomorrow."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == report.CALLED:
            for field in self.asked:
                name = PREFIX + field.name
                if (
                    Outcome.DONE in field.required_for
                    and evidence.is_empty(cleaned.get(name))
                    and name in cleaned
                ):
                    self.add_error(name, text.REQUIRED)
            cleaned |= {
                "outcome": Outcome.UNABLE.value,
                "reason": cleaned.get("reason") or as_kept(report.CALLED_LABEL),
                "review_on": cleaned.get("review_on") or self.tomorrow,
            }
        elif self.in_halves and cleaned.get("outcome") == Outcome.UNABLE and cleaned.get(PHONED_AT):
            self.add_error(PHONED_AT, report.NOT_REACHED)
        return cleaned

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "outcome": given["outcome"],
            "happened_at": given["happened_at"],
            "reason": given["reason"],
            "review_on": given["review_on"],
            "values": self.values() if given["outcome"] != Outcome.REOPENED else {},
            "version": given["version"],
        }


class CorrectEntryForm(RecordOutcomeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = _("What is corrected, and why")
        self.fields["reason"].help_text = ""

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        del given["version"]
        return given


class RequestSroForm(EvidenceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    # One below the other: who is off duty, and who covers, is too long for the list of a phone.
    officer = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("SRO"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, officers: list[User], off_duty: Mapping[UUID, str], version: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in officers])  # type: ignore[attr-defined]
        field.label_from_instance = lambda person: _officer(person, off_duty)  # type: ignore[attr-defined]
        self.initial.setdefault("version", version)
        if officers:
            there = [person for person in officers if person.pk not in off_duty]
            self.initial.setdefault("officer", (there or officers)[0].pk)

    def arguments(self) -> dict[str, Any]:
        return {
            "officer": self.cleaned_data["officer"],
            "version": self.cleaned_data["version"],
            "values": self.values(),
        }


def _officer(person: User, off_duty: Mapping[UUID, str]) -> str:
    if person.pk not in off_duty:
        return person.name
    if off_duty[person.pk]:
        return _("%(name)s (off duty; %(cover)s covers)") % {
            "name": person.name,
            "cover": off_duty[person.pk],
        }
    return _("%(name)s (off duty, nobody covers)") % {"name": person.name}


class DeclineRequestForm(ReasonForm):
    pass


class ReportBackForm(EvidenceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", version)

    def arguments(self) -> dict[str, Any]:
        return {"version": self.cleaned_data["version"], "values": self.values()}


def offered_values(
    asked: tuple[Field, ...], typed: Mapping[str, Any], *, definition: Part | None = None
) -> dict[str, Any]:
    """
    Of what was typed on this case before, the names and references that these fields ask for again.

    The notes as well where the definition says that the same is asked "again" on another track. Never an answer or
    a time, nor elsewhere a note: what was true of the last contact is not true of this one.
    """
    types = {"text", "note"} if definition and definition.carry == "again" else {"text"}
    anew = kinds.ANEW.get(definition.kind, frozenset()) if definition else frozenset()
    offered = [field.name for field in asked if field.type in types and field.name not in anew]
    return {name: typed[name] for name in offered if name in typed}


def entered_values(asked: tuple[Field, ...], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence of an entry as it was entered, for correcting it."""
    return {
        field.name: evidence.from_json(field, facts[field.name]) for field in asked if field.name in facts
    }
