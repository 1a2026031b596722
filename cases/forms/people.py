"""The forms by which somebody is put on a case, taken off it, or kept from it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PersonField, PlainText, ReasonForm, VerbForm, offer_people
from cases.forms.intake import staff_of
from cases.models import Case, CasePerson
from cases.workflow.people import nobody_carries
from csec.accounts.models import Membership, User
from csec.accounts.roles import CARE_ROLES, Role


class KnownChoiceField(forms.ChoiceField):
    """Takes whatever is in `known`, also what is not offered any more: the verb says why, and who was first."""

    known: Collection[str] = ()

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.known


class AddPersonForm(VerbForm):
    """One list of people with their roles: each choice is a person in a role they hold."""

    own_fields = VerbForm.own_fields | {"who"}

    who = KnownChoiceField(label=_("Person"))
    reason = PlainText(note=True, rows=2, label=_("Why do they need to know?"))
    last_day = Day(
        required=False,
        label=_("Last day"),
        help_text=_("For a substitute: the case closes to them at the end of this day, by itself."),
    )

    def __init__(self, *args: Any, case: Case, actor: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(CasePerson.objects.of(at).filter(case=case).values_list("person", flat=True))
        memberships = (
            Membership.objects.current()
            .filter(Q(school=case.school) | Q(school__isnull=True) | Q(role=Role.SRO))
            .exclude(role=Role.REPORTER)
            .select_related("person")
        )
        self.people = {f"{m.person_id}:{m.role}": m for m in memberships}
        free = {key: m for key, m in self.people.items() if m.person_id not in there}
        own = {key for key, m in free.items() if m.person_id == actor.pk}
        carrying = {key for key in own if free[key].role in CARE_ROLES}
        not_oneself = own - carrying if carrying and nobody_carries(case) else own
        offered = [
            (key, f"{m.person.name}, {m.get_role_display()}")
            for key, m in free.items()
            if key not in not_oneself
        ]
        field = self.fields["who"]
        assert isinstance(field, KnownChoiceField)  # noqa: S101
        field.known = self.people.keys()
        field.choices = [("", _("Choose a person")), *sorted(offered, key=lambda choice: choice[1])]

    def arguments(self) -> dict[str, Any]:
        membership = self.people[self.cleaned_data["who"]]
        return {
            "person": membership.person,
            "role": membership.role,
            "reason": self.cleaned_data["reason"],
            "last_day": self.cleaned_data["last_day"],
        }

    def show_invalid(self, wrong: dict[str, Any]) -> None:
        super().show_invalid({"who" if name == "person" else name: words for name, words in wrong.items()})


class RemovePersonForm(ReasonForm):
    """The row of the person is in the address; the reason is typed."""

    def __init__(self, *args: Any, row: CasePerson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class ExcludePersonForm(VerbForm):
    """Whoever could come to read the case, but for oneself."""

    person = PersonField(label=_("Person"), empty_label=_("Choose a person"))
    reason = PlainText(note=True, rows=2, label=_("How are they involved in it, or related to the student?"))

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(
            self, "person", staff_of([case.school]).exclude(pk=reader.pk).values_list("pk", flat=True)
        )


class ReadmitPersonForm(RemovePersonForm):
    pass
