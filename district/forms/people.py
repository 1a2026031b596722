"""The forms by which somebody is let in, is given a role, or is known by another name."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.base import Day, PersonField, PlainText, VerbForm, offer_people
from csec.accounts.models import Membership, User
from csec.accounts.roles import DISTRICT_ROLES, Role
from csec.directory.models import School
from district.workflow.people import NAME

ONLY_AN_OFFICER = _(
    "Only for a School Resource Officer: the day on which the agreement was signed that makes them a school official."
    " Without it no case opens to them; it can be recorded later."
)
RECEIVES = ((Membership.Receives.FIRST, _("First")), (Membership.Receives.BACKUP, _("As backup")))


class Weekdays(forms.TypedMultipleChoiceField):
    """The days on which somebody of several schools is at this one."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Days"))
        kwargs.setdefault("help_text", _("On which they are at this school. None is every school day."))
        choices = [(number, WEEKDAYS[number]) for number in range(5)]
        super().__init__(required=False, choices=choices, coerce=int, **kwargs)


class RoleFields(VerbForm):
    """A role, where, and on which days: of those that the actor gives."""

    role = forms.ChoiceField(label=_("Role"))
    school = forms.ModelChoiceField(
        queryset=School.objects.none(), required=False, label=_("School"), empty_label=_("The whole district")
    )
    weekdays = Weekdays()
    agreed_on = Day(required=False, label=_("Agreement signed on"), help_text=ONLY_AN_OFFICER)

    def __init__(
        self, *args: Any, roles: Collection[str], schools: Collection[School], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(role.value, role.label) for role in Role if role in roles]
        self.fields["role"].choices = [("", _("Choose a role")), *offered]  # type: ignore[attr-defined]
        field = self.fields["school"]
        field.queryset = School.objects.filter(pk__in=[one.pk for one in schools])  # type: ignore[attr-defined]
        field.label_from_instance = lambda school: school.name  # type: ignore[attr-defined]
        if DISTRICT_ROLES & set(roles):
            field.help_text = _("None for the district liaison and for legal counsel.")
        else:
            field.required = True
            field.empty_label = None if len(schools) == 1 else _("Choose a school")  # type: ignore[attr-defined]


class InvitePersonForm(RoleFields):
    name = PlainText(limit=NAME, label=_("Name"), help_text=_("As colleagues know them."))
    email = forms.CharField(
        max_length=254,
        label=_("E-mail address"),
        help_text=_("Of their own at work: a link to choose a password is sent there."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    field_order = ("name", "email", "role", "school", "weekdays", "agreed_on")


class GiveRoleForm(RoleFields):
    first_day = Day(label=pgettext_lazy("a day", "From"))

    field_order = ("role", "school", "first_day", "weekdays", "agreed_on")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("first_day", today)


class ChangeRoleForm(VerbForm):
    weekdays = Weekdays()
    cover = PersonField(required=False, label=_("Who covers"), empty_label=_("Nobody"))
    receives = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=_("Receives concerns"),
        help_text=_(
            "One person does first and one as backup at each school: whoever did so before does not any more."
        ),
    )

    def __init__(
        self,
        *args: Any,
        membership: Membership,
        covers: Collection[User],
        may_receive: bool,
        receiving: dict[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        initial = {
            "weekdays": membership.weekdays,
            "cover": membership.cover_id,
            "receives": membership.receives or "",
        }
        for name, value in initial.items():
            self.initial.setdefault(name, value)
        if membership.school_id is None:
            del self.fields["weekdays"]
        if membership.role == Role.REPORTER:
            del self.fields["cover"]
        else:
            offer_people(self, "cover", [person.pk for person in covers])
            self.fields["cover"].help_text = (
                _("Is asked instead while the SRO is not there.")
                if membership.role == Role.SRO
                else _("For colleagues to know. The check-in schedule of a case names who covers there.")
            )
        if may_receive:
            # Each with whoever does it now.
            named = {
                number: f"{label} ({receiving[number]})" for number, label in RECEIVES if number in receiving
            }
            self.fields["receives"].choices = [  # type: ignore[attr-defined]
                ("", _("No")),
                *((number, named.get(number, label)) for number, label in RECEIVES),
            ]
        else:
            del self.fields["receives"]


class EndRoleForm(VerbForm):
    last_day = Day(label=_("Last day"), help_text=_("The role is theirs until the end of this day."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_day", today)


class RecordAgreementForm(VerbForm):
    agreed_on = Day(label=_("Signed on"))
    agreed_until = Day(
        required=False, label=_("Ends on"), help_text=_("Its last day. Empty when it ends with the role.")
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("agreed_on", membership.agreed_on)
        self.initial.setdefault("agreed_until", membership.agreed_until)


class ChangePersonForm(VerbForm):
    name = PlainText(limit=NAME, label=_("Name"))
    email = forms.CharField(
        max_length=254,
        label=_("E-mail address"),
        help_text=_(
            "By another address they sign in anew, everywhere; a message to the one before says that it changed."
        ),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", person.name)
        self.initial.setdefault("email", person.email)


class CloseAccountForm(VerbForm):
    pass


class ReopenAccountForm(VerbForm):
    pass
