"""The forms of regular contact: one contact, the schedule, a break, a missing student, who is away."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.breaks import Break
from cases.forms.base import Day, Moment, PersonField, PlainText, VerbForm, offer_people, this_minute
from cases.forms.steps import YES_NO, EvidenceForm
from cases.forms.students import ELSEWHERE, FindsStudent
from cases.kinds import contact
from cases.models import BreakPlan, CasePerson, CheckInPlan
from cases.rhythm import LONGEST_GAP, Rhythm
from cases.text import TEXT, Words
from cases.workflow import away
from csec.accounts.models import User
from csec.directory.models import School
from protocols.schema import Field

NOBODY = ("", _("Nobody yet"))
NOBODY_COVERS = _("Nobody: requests go to dispatch at once, by whoever answers for the case")
NOT_FOUND = _(
    "Find the student by name, then choose one. For a student whom the roster does not have, record a concern instead."
)


class SeenForm(EvidenceForm):
    """Seen or not comes first: under a minute on a phone."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.TypedChoiceField(
        choices=YES_NO[1:],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label=_("Did you see the student?"),
    )
    happened_at = Moment(label=_("When?"))
    reason = PlainText(
        required=False,
        limit=TEXT,
        label=_("If not, why not?"),
        help_text=_("An attempt is recorded, and the check-in stays due."),
    )

    def __init__(
        self, *args: Any, asked: tuple[Field, ...], version: int, at: datetime, **kwargs: Any
    ) -> None:
        own = {contact.SEEN, contact.WHY_NOT}
        super().__init__(*args, asked=tuple(field for field in asked if field.name not in own), **kwargs)
        self.initial.setdefault("version", version)
        self.initial.setdefault("happened_at", this_minute(at))


class RecordCheckinForm(SeenForm):
    """The next day is proposed."""

    next_on = Day(required=False, label=_("Next check-in on"))

    def __init__(self, *args: Any, proposed: date | None, furthest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("next_on", proposed)
        self.proposed = proposed
        self.fields["next_on"].help_text = _(
            "Proposed by the schedule, and needed only when the student was seen. After a contact of today %(day)s at"
            " the latest: twice as long as the schedule leaves between two."
        ) % {"day": date_format(furthest, "DAY")}

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "version": given["version"],
            "seen": given["seen"],
            "happened_at": given["happened_at"],
            "reason": "" if given["seen"] else given["reason"],
            # What was proposed is the schedule's, which counts from the day of the contact.
            "next_on": given["next_on"] if given["seen"] and given["next_on"] != self.proposed else None,
            "values": self.values(),
        }


class PlanCheckinsForm(VerbForm):
    """How often, by whom, who covers."""

    own_fields = VerbForm.own_fields | {"how_often", "days", "weekdays", "dates"}

    version = forms.UUIDField(required=False, widget=forms.HiddenInput)
    how_often = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[
            ("every_days", _("Every so many days")),
            ("per_week", _("On days of the week")),
            ("on_dates", _("On certain dates")),
        ],
        label=_("How often?"),
    )
    days = forms.IntegerField(
        required=False, min_value=1, max_value=LONGEST_GAP, label=_("Every how many days")
    )
    weekdays = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        choices=[(day, WEEKDAYS[day]) for day in range(5)],
        widget=forms.CheckboxSelectMultiple,
        label=_("Days of the week"),
    )
    dates = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("Dates"),
        help_text=_("One on each line, as year-month-day: 2027-03-15."),
    )
    first_on = Day(
        label=_("First contact on"), help_text=_("A contact that is planned already stays where it is.")
    )
    person = PersonField(
        required=False,
        label=_("Who contacts the student"),
        empty_label=NOBODY[1],
    )
    cover = PersonField(
        required=False,
        label=_("Who covers"),
        empty_label=NOBODY[1],
        help_text=_("When they are away, and when a contact is late. Somebody on this case."),
    )

    def __init__(
        self,
        *args: Any,
        plan: CheckInPlan | None,
        people: Sequence[CasePerson],
        carers: Sequence[CasePerson],
        first_on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on_case = {row.person_id for row in people}
        offer_people(self, "person", [row.person_id for row in carers])
        offer_people(self, "cover", self.on_case)
        self.initial.setdefault("first_on", first_on)
        if plan:
            self.initial["version"] = plan.pk
            rhythm = plan.how_often
            shown = {
                "how_often": rhythm.kind,
                "days": rhythm.days or None,
                "weekdays": list(rhythm.weekdays),
                "dates": "\n".join(day.isoformat() for day in rhythm.dates),
                "person": plan.person_id,
                "cover": plan.cover_id,
            }
            for name, value in shown.items():
                self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("how_often")
        try:
            if kind == "every_days":
                given["rhythm"] = Rhythm.every_days(given.get("days") or 0)
            elif kind == "per_week":
                given["rhythm"] = Rhythm.per_week(given.get("weekdays") or [])
            elif kind == "on_dates":
                given["rhythm"] = Rhythm.on_dates(_dates(given.get("dates") or ""))
        except ValueError as wrong:
            field = {"every_days": "days", "per_week": "weekdays", "on_dates": "dates"}[str(kind)]
            self.add_error(field, str(wrong))
        return given

    def show_invalid(self, wrong: dict[str, Any]) -> None:
        rhythm = "dates" if self.cleaned_data.get("how_often") == "on_dates" else "how_often"
        super().show_invalid({rhythm if name == "rhythm" else name: words for name, words in wrong.items()})


def _dates(typed: str) -> list[date]:
    found = []
    for line in typed.split():
        try:
            found.append(date.fromisoformat(line))
        except ValueError:
            raise ValueError(
                _("“%(line)s” is no date. Write it as 2027-03-15.") % {"line": line[:20]}
            ) from None
    if not found:
        raise ValueError(_("Choose at least one date."))
    return found


class PlanBreakForm(VerbForm):
    """Who goes on in the break, how, and when the school does again."""

    who = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=BreakPlan.Who.choices,
        label=_("Who contacts the student in the break?"),
    )
    person = PersonField(
        required=False,
        label=_("If it is the school: who"),
        empty_label=NOBODY[1],
    )
    outside = PlainText(
        required=False, label=_("Otherwise: who it is there"), help_text=_("A name and a number.")
    )
    how = PlainText(
        note=True,
        rows=3,
        label=_("How"),
        help_text=_(
            "Only the way that the student called safe. No voicemail or text unless the student said so."
        ),
    )
    first_contact_on = Day(label=_("First contact after the break"))

    def __init__(
        self,
        *args: Any,
        people: Sequence[CasePerson],
        break_: Break,
        planned: tuple[BreakPlan | None, dict[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        plan, words = planned
        first_contact_on = break_.first_school_day_after
        if plan:
            # A break may have grown since.
            first_contact_on = max(plan.first_contact_on, first_contact_on)
            shown = {"who": plan.who, "person": plan.person_id}
            for name, value in (shown | words).items():
                self.initial.setdefault(name, value)
        offer_people(self, "person", [row.person_id for row in people])
        self.initial.setdefault("first_contact_on", first_contact_on)


class EndAlertForm(VerbForm):
    reason = PlainText(note=True, rows=4, label=_("What was found, and who looks after the student now?"))


class ReportAbsenceForm(VerbForm, FindsStudent):
    own_fields = VerbForm.own_fields | {"student_query"}

    missing_since = Moment(label=_("Missing since"))

    def __init__(self, *args: Any, schools: list[School], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        self.fields["student_query"].help_text = ELSEWHERE
        self.initial.setdefault("missing_since", this_minute(at))

    def prepare(self) -> None:
        self.offer_students(self.schools, none_of_these=_("None of these"), elsewhere=True)

    def clean_student(self) -> Any:
        student = self.cleaned_data["student"]
        if student is None:
            raise ValidationError(NOT_FOUND)
        return student


class EnterAwayForm(VerbForm):
    person = PersonField(label=_("Who"), empty_label=None)
    first_day = Day(label=_("First day away"))
    last_day = Day(label=_("Last day away"))
    covered = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        label=_("If it is an SRO: who covers"),
        help_text=_("An administrator of the school or the district liaison names a cover, under People."),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        covers: Mapping[UUID, Mapping[str, User | None]],
        **kwargs: Any,
    ) -> None:
        """`covers` is of each officer among the people: by school whoever is named, and is there today."""
        super().__init__(*args, **kwargs)
        named: Words = _("The SRO who is named as cover")
        if len(people) == 1 and covers:
            self.fields["covered"].label = _("Who covers")
            if all(covers[people[0].pk].values()):
                named = _("%(who)s, who is named") % {"who": away.names_of(covers[people[0].pk])}
                self.initial.setdefault("covered", away.NAMED)
        self.fields["covered"].choices = [(away.NAMED, named), (away.NOBODY, NOBODY_COVERS)]  # type: ignore[attr-defined]
        if not covers:
            del self.fields["covered"]
        offer_people(self, "person", [person.pk for person in people])
        self.initial.setdefault("person", people[0].pk)
