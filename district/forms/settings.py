"""The forms of the district's settings, its schools and closures."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PlainText, VerbForm
from csec.directory.models import Closure, District, School
from district.reading.settings import OwnTime
from district.workflow.settings import (
    DAYS,
    FEWEST,
    FIRST_HOUR,
    LAST_HOUR,
    LATEST,
    MOST,
    MOST_DAYS,
    MOST_SCHOOL_DAYS,
    SAME_DAY,
    SOONEST,
)
from district.workflow.unchanged import version_of
from district.zones import ZONES


def limit_of(model: type[Any], name: str) -> int:
    limit: int = model._meta.get_field(name).max_length
    return limit


class Hour(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ChangeForm(VerbForm):
    """The form of a row that is there: it opens with what the row holds, and knows what that was."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", version_of(row))
        for name in names:
            self.initial.setdefault(name, getattr(row, name, None))

    def now(self, row: Any) -> list[tuple[str, Any]]:
        """What there is now, by the labels of the fields: for whoever typed something else."""
        found = []
        for name, field in self.fields.items():
            if hasattr(row, name):
                shown, held = getattr(row, f"get_{name}_display", None), getattr(row, name)
                # A number in words: to a template a nought is nothing.
                said = str(held) if type(held) is int else held
                found.append((str(field.label), shown() if shown else said))
        return found


class ChangeDistrictForm(ChangeForm):
    """Beside each field stands what it does."""

    name = PlainText(
        limit=limit_of(District, "name"),
        label=_("Name of the district"),
        help_text=_("Stands on the emergency card. No message that is sent names it."),
    )
    emergency_number = PlainText(
        limit=limit_of(District, "emergency_number"),
        label=_("Emergency number"),
        help_text=_(
            "The first number on the emergency card, and on the page that asks whether there is danger now. With what"
            " has to be dialed first in your buildings, such as 9-911."
        ),
    )
    dispatch_number = PlainText(
        required=False,
        limit=limit_of(District, "dispatch_number"),
        label=_("Police dispatch"),
        help_text=_("On the emergency card, and wherever an SRO who is off duty would be asked in."),
    )
    website_name = PlainText(
        required=False,
        limit=limit_of(District, "website_name"),
        label=_("Law Enforcement Human Trafficking website"),
        help_text=_(
            "Which website the protocol means in this district: the printed page names none. The SRO reads it"
            " where that step is recorded."
        ),
    )
    climbs_after_minutes = forms.IntegerField(
        min_value=SOONEST,
        max_value=LATEST,
        label=_("Minutes until something escalates"),
        help_text=_(
            "After so many minutes of school a concern that nobody took up goes to the next; a request that"
            " no SRO answered to the cover, and after as many again to those who answer for the case. For"
            " what comes in from now on."
        ),
    )
    report_prompt_hours = forms.IntegerField(
        min_value=FIRST_HOUR,
        max_value=LAST_HOUR,
        label=_("Hours until a report is asked for once more"),
        help_text=_(
            "When nobody who knows of a concern has recorded a report after so many hours, each of them is asked again,"
            " also where one was to report for all. A proposal of Lantern; the 36 hours of Penal Code 11166(a) are not"
            " changed by it."
        ),
    )
    transfer_answered_in_days = forms.IntegerField(
        min_value=FEWEST,
        max_value=MOST,
        label=_("School days to answer a transfer"),
        help_text=_(
            "After so many school days a transfer that its receiver did not answer is said to the administrator of the"
            " receiving school, and a day later to the liaison. For what is offered from now on; the printed protocol"
            " names no number."
        ),
    )
    sro_asked_in_days = forms.IntegerField(
        required=False,
        min_value=SAME_DAY,
        max_value=MOST_SCHOOL_DAYS,
        label=_("School days until the SRO is asked"),
        help_text=_(
            "0 is the same school day. If empty, what the definition of the protocol proposes holds: %(time)s. The"
            " printed page names no time. For steps that begin from now on; a time that was set stays. In danger the"
            " emergency number comes first, whatever stands here."
        ),
    )
    campus_looked_at_in_days = forms.IntegerField(
        required=False,
        min_value=SAME_DAY,
        max_value=MOST_SCHOOL_DAYS,
        label=_("School days until the impact on campus is looked into"),
        help_text=_(
            "0 is the same school day. If empty, what the definition of the protocol proposes holds: %(time)s. The"
            " printed page names no time. For steps that begin from now on; a time that was set stays."
        ),
    )
    offer_again_days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        label=_("Days until a declined referral is offered again"),
        help_text=_("A proposal of this software: whoever records the decline may choose another day."),
    )
    referral_look_days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        label=_("Days until an accepted referral is looked at"),
        help_text=_("A proposal of this software: whether it began, and how it goes on."),
    )
    review_days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        label=_("Days until a case is reviewed again"),
        help_text=_(
            "An open case that was not reviewed for so many days, or never since it was opened, is listed for the"
            " administrator of its school. A proposal of this software; the printed protocol names no review."
        ),
    )
    quiet_from = Hour(
        label=_("Quiet from"),
        help_text=_(
            "From then on, in each school’s own time, what is late or has nobody waits for the morning. A new concern,"
            " a request to an SRO, a report, and a student who is not safe or missing are said at any hour."
        ),
    )
    quiet_until = Hour(label=_("Quiet until"), help_text=_("What was held back at night goes out then."))

    def __init__(
        self, *args: Any, district: District | None, proposed: Mapping[str, OwnTime], **kwargs: Any
    ) -> None:
        names = [name for name in self.base_fields if name not in ("draft_of", "version")]
        kwargs.setdefault("initial", {})
        super().__init__(*args, row=district, names=names if district else (), **kwargs)
        for name, one in proposed.items():
            self.fields[name].help_text %= {"time": one.words}
        if district is None:
            new = District(name="")
            for name in (
                "emergency_number",
                "climbs_after_minutes",
                "report_prompt_hours",
                *DAYS,
                "quiet_from",
                "quiet_until",
            ):
                self.initial.setdefault(name, getattr(new, name))
            self.initial.setdefault("transfer_answered_in_days", new.transfer_answered_in_days)


class _SchoolFields(VerbForm):
    name = PlainText(limit=limit_of(School, "name"), label=_("Name"))
    time_zone = forms.ChoiceField(
        choices=ZONES,
        label=_("Time zone"),
        help_text=_(
            "In it the days of this school begin and end: when a check-in is late, and when it is night."
        ),
    )


class AddSchoolForm(_SchoolFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("time_zone", "America/Los_Angeles")


class ChangeSchoolForm(_SchoolFields, ChangeForm):
    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, row=school, names=("name", "time_zone"), **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101
        if school.time_zone not in dict(ZONES):
            zone.choices = [(school.time_zone, school.time_zone), *ZONES]
        zone.help_text = _(
            "In it the days of this school begin and end. In another one the check-ins that wait keep their day; what"
            " has an hour already (a report, a step) keeps that."
        )


class AddClosureForm(VerbForm):
    """For one school, or by the liaison for all."""

    school = forms.ModelChoiceField(
        queryset=School.objects.none(), required=False, label=_("School"), empty_label=_("All schools")
    )
    name = PlainText(
        limit=limit_of(Closure, "name"), label=_("Name"), help_text=_("Such as Winter break, or Snow day.")
    )
    first_day = Day(label=_("First day without school"))
    last_day = Day(
        label=_("Last day without school"),
        help_text=_(
            "The same for a single day. Days within a longer closure (Christmas Day in the winter break) are entered on"
            " their own as well: whoever goes on in the break rests on them."
        ),
    )

    offices_closed = forms.BooleanField(
        required=False,
        label=_("A holiday: the district’s offices are closed as well"),
        help_text=_(
            "Only where all schools are closed, such as Veterans Day. These days alone are not business days"
            " for a records request (Education Code 49069.7); the days of a school break still count."
        ),
    )

    def __init__(self, *args: Any, schools: Collection[School], for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_all:
            del self.fields["offices_closed"]
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = School.objects.filter(pk__in=[one.pk for one in schools])
        field.label_from_instance = lambda school: str(school.name)  # type: ignore[method-assign,assignment]
        if not for_all:
            field.required = True
            field.empty_label = None if len(schools) == 1 else _("Choose a school")


class RemoveClosureForm(VerbForm):
    """Which one it is stands in the address."""
