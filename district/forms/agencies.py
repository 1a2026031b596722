"""The forms of whom the district telephones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import PlainText, VerbForm
from csec.directory.models import Agency
from district.forms.settings import ChangeForm, limit_of


class AddAgencyForm(VerbForm):
    kind = forms.ChoiceField(
        choices=Agency.Kind.choices,
        label=_("What it is"),
        help_text=_(
            "The card lists Child Welfare Services first, then law enforcement, hotlines, and others. Counseling or"
            " social services are offered where a referral is recorded."
        ),
    )
    name = PlainText(limit=limit_of(Agency, "name"), label=_("Name"))
    telephone = PlainText(
        limit=limit_of(Agency, "telephone"),
        label=_("Telephone"),
        help_text=_("A touch on a phone dials it. An extension goes after it, such as 555-0100 ext. 7."),
    )
    other_contact = PlainText(
        required=False,
        limit=limit_of(Agency, "other_contact"),
        label=_("Another way"),
        help_text=_("Such as a fax number, or a number that takes text messages."),
    )
    note = PlainText(
        required=False,
        limit=limit_of(Agency, "note"),
        label=_("Note"),
        help_text=_("Such as when somebody is there. Everybody reads it, also without signing in."),
    )
    verified = forms.BooleanField(
        required=False,
        label=_("I made sure today that the number is right"),
        help_text=_("The card says on which day somebody last did. Another number needs it."),
    )


class ChangeAgencyForm(AddAgencyForm, ChangeForm):
    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        names = ("kind", "name", "telephone", "other_contact", "note")
        super().__init__(*args, row=agency, names=names, **kwargs)


class RemoveAgencyForm(VerbForm):
    """Which one it is stands in the address."""
