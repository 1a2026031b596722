"""The forms of the people around a student, of the safety plan, and of a device in custody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, Moment, PlainText, ReasonForm, VerbForm, this_minute
from cases.forms.steps import YES_NO
from cases.models import Answer, Contact
from cases.models.around import PERMISSIONS
from cases.text import Words
from cases.workflow.around import OWN_CHILD

HELP: Mapping[str, Words] = {
    "may_be_contacted": _("Only in the way that the student called safe; no voicemail or text otherwise."),
    "may_pick_up": _("A parent with custody is not refused without lawful authority."),
    "decides_education": _("If it is not a parent, the decision on the school placement asks for theirs."),
    "may_be_involved": _(
        "From what is known already. Do not question the student. A yes for somebody of the home freezes contact with"
        " parents until legal counsel ends the freeze."
    ),
}
#: In how many days a plan is proposed to be looked at again.
PROPOSED_REVIEW = timedelta(days=30)


class AddContactForm(VerbForm):
    relation = forms.ChoiceField(
        choices=[
            ("", _("Choose")),
            *Contact.Relation.choices,
            (OWN_CHILD, _("The student’s own child")),
        ],
        label=_("Who is it to the student?"),
        help_text=_("Somebody who is two of these is entered twice: each has permissions of its own."),
    )
    name = PlainText(label=_("Name"))
    telephone = PlainText(required=False, label=_("Telephone"))
    language = PlainText(required=False, label=_("Language"))
    rests_on = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("On what these answers rest"),
        help_text=_("Who decided, and when: a court order, Child Welfare Services, the student."),
    )
    note = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("For the restricted section"),
        help_text=_(
            "Only counselors and social workers on the case read this. It is added to what stands there."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in PERMISSIONS.items():
            self.fields[name] = forms.ChoiceField(
                choices=Answer.choices,
                initial=Answer.UNKNOWN,
                label=label,
                help_text=HELP.get(name, ""),
            )
        self.order_fields(
            ["draft_of", "relation", "name", "telephone", "language", *PERMISSIONS, "rests_on", "note"]
        )

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        answers = {name: given.pop(name) for name in PERMISSIONS}
        return {**given, "answers": answers}


class ChangeContactForm(AddContactForm):
    def __init__(self, *args: Any, contact: Contact, words: Mapping[str, str], **kwargs: Any) -> None:
        kwargs["initial"] = {"relation": contact.relation, **words, **contact.answers}
        super().__init__(*args, **kwargs)


class EndContactForm(ReasonForm):
    pass


def _yes_no(label: Words, help_text: Words = "", **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=YES_NO[1:],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label=label,
        help_text=help_text,
        **kwargs,
    )


class SetSafetyPlanForm(VerbForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    danger = PlainText(
        note=True,
        rows=3,
        label=_("What to do in danger"),
        help_text=_("The emergency number comes first. Then whom to call, where to go, a word agreed on."),
    )
    safe_adult = PlainText(note=True, rows=2, label=_("The adult whom the student turns to"))
    arrival = PlainText(note=True, required=False, rows=2, label=_("Arriving at school"))
    route = PlainText(note=True, required=False, rows=2, label=_("The way to school and home"))
    phone = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("Telephone"),
        help_text=_(
            "How the student reaches help, and is reached: only in the way that the student called safe."
        ),
    )
    avoid = PlainText(note=True, required=False, rows=2, label=_("Places and people to keep away from"))
    pick_up = forms.TypedMultipleChoiceField(
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        label=_("Who may pick up the student"),
        help_text=_("From the people around the student, of whom it is entered that they may."),
    )
    agreed = _yes_no(_("Was it agreed with the student?"))
    shared_with_sro = _yes_no(
        _("May the SRO read this plan?"),
        _("All of it, and as long as it is in force. Agree on this with the student too."),
        initial="no",
    )
    review_on = Day(label=_("Look at it again on"))

    def __init__(
        self, *args: Any, people: Mapping[UUID, str], version: int, words: Mapping[str, Any], at: datetime,
        agreed: Mapping[str, bool], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["pick_up"].choices = [(str(who), name) for who, name in people.items()]  # type: ignore[attr-defined]
        if not people:
            del self.fields["pick_up"]
        self.initial.update(words)
        self.initial.update({name: "yes" if value else "no" for name, value in agreed.items()})
        self.initial["pick_up"] = [who for who, _name in words.get("pick_up", []) if UUID(who) in people]
        self.initial["version"] = version
        self.initial.setdefault("review_on", timezone.localdate(at) + PROPOSED_REVIEW)


class RecordDeviceForm(VerbForm):
    held_by = PlainText(
        label=_("In whose hands it was on the staff"),
        help_text=_("Or that the student kept it. Write nothing about what is on it: nobody looks."),
    )
    held_since = Moment(label=_("Since when?"))
    handed_over_at = Moment(required=False, label=_("Handed over to a peace officer on"))
    officer = PlainText(required=False, label=_("Name of the peace officer"))
    agency = PlainText(required=False, label=_("Law enforcement agency"))
    reference = PlainText(required=False, label=_("The agency’s number"))
    where_now = PlainText(label=_("Where is it now?"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_since", this_minute(at))
