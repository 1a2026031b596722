"""What the lists of cases can be narrowed to and sorted by, as it stands in their address: keys and ids, no names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.reading.keyset import LATE, NEWEST, OLDEST
from csec.accounts.models import User

#: The duties by which a list can be narrowed, by the kind that the protocol's definition names for a part.
KINDS = [
    ("report", _("Report to Child Welfare Services")),
    ("contact", _("Regular contact")),
    ("sro_request", _("Ask the SRO")),
    ("sro_response", _("The SRO reports back")),
    ("investigation", _("Investigation by the SRO")),
    ("website", _("Law enforcement website")),
    ("impact", _("Impact on campus")),
    ("victim_screen", _("Could the student be a victim?")),
    ("consequence", _("School consequence")),
    ("consultation", _("Consult the student")),
    ("parent_decision", _("Whether to contact a parent")),
    ("parent_contact", _("Contact a parent")),
    ("referral", _("Service referral")),
    ("placement", _("School placement")),
]
#: The same tracks in every version of the protocol.
TRACKS = [
    ("suspected_recruiter", _("Suspected or actual recruitment by a student")),
    ("suspected_victim", _("Suspected victim")),
    ("confirmed_victim", _("Confirmed victim")),
]


#: How a list is sorted; what is late comes first unless something else is asked for.
ORDERS = [(LATE, _("Late first")), (NEWEST, _("Newest first")), (OLDEST, _("Oldest first"))]


class _Narrowed(forms.Form):
    """What is not on a list says nothing: an address that was typed or kept shows the list all the same."""

    def __init__(self, asked: Any, *, person: User) -> None:
        super().__init__(asked, auto_id="filter_%s")
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.required = False
            tick = isinstance(field, forms.BooleanField)
            field.widget.attrs["class"] = "form-check-input" if tick else "form-select"
            if name == "school":
                schools = [(str(one.pk), one.name) for one in person.schools]
                field.choices = [("", _("All schools")), *schools]  # type: ignore[attr-defined]
        if len(self.fields["school"].choices) <= 2:  # type: ignore[attr-defined]
            del self.fields["school"]
        self.full_clean()

    def chosen(self) -> dict[str, Any]:
        """What was chosen and can be: the rest is left out."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether the list may leave something out."""
        return bool(set(self.chosen()) - {"sort", "state"})


class CasesFilterForm(_Narrowed):
    state = forms.ChoiceField(
        choices=[("open", _("Open cases")), ("closed", _("Closed cases"))], label=_("Cases")
    )
    late = forms.BooleanField(label=_("Late only"))
    mine = forms.BooleanField(label=_("Only those I am on"))
    kind = forms.ChoiceField(choices=[("", _("Any step")), *KINDS], label=_("Waits for"))
    track = forms.ChoiceField(choices=[("", _("Any track")), *TRACKS], label=_("Track"))
    school = forms.ChoiceField(choices=[], label=_("School"))
    sort = forms.ChoiceField(choices=ORDERS, label=_("Order"))


class AllSchoolsFilterForm(_Narrowed):
    late = forms.BooleanField(label=_("Late only"))
    moving = forms.BooleanField(label=_("Only with a transfer that waits"))
    school = forms.ChoiceField(choices=[], label=_("School"))
    sort = forms.ChoiceField(choices=ORDERS, label=_("Order"))
