"""The forms of a concern."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Moment, PlainText, ReasonForm, VerbForm
from cases.forms.schools import SchoolField, offer_schools
from cases.forms.students import ELSEWHERE, FindsStudent
from cases.models import Case, Concern, ConcernAuthor
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.directory.models import School, Student
from protocols.indicators import indicators

NOT_KNOWN = _("None of these, or not known yet")
#: Of somebody of several schools whose concern names no student of the roster.
WHERE = _("Choose the school where this is, or find the student by name and choose one.")


def indicator_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The indicators in their groups, as the county's page has them."""
    return [(group.label, [(one.value, one.label) for one in group.items]) for group in indicators()]


class ObservationFields(forms.Form):
    """What was seen and heard; the same when it is logged and when more is added."""

    words = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("The student’s own words"),
        help_text=_("Only what the student said unasked, in quotes. Do not question the student."),
    )
    indicators = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("What was observed")
    )
    observed = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What you observed for each of these"),
        help_text=_("The fact itself, and who saw it. “Contact with police” is what staff saw themselves."),
    )


class LogConcernForm(VerbForm, FindsStudent, ObservationFields):
    """
    Three fields are enough to send it: the student (or nobody known), what was seen or heard, since when.

    It carries the id of the concern it makes, so that sending it twice makes one.
    """

    own_fields = VerbForm.own_fields | {"student_query"}

    concern_id = forms.UUIDField(widget=forms.HiddenInput)
    implicated = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Staff who are involved in this, or related to the student"),
        help_text=_("The concern goes past everyone you tick here. They will not learn of it."),
    )
    school = SchoolField()
    account = PlainText(
        note=True,
        rows=5,
        label=_("What did you see or hear?"),
        help_text=_("Facts, in your own words. Do not question the student, and promise no secrecy."),
    )
    first_known_at = Moment(
        label=_("When did you first know or suspect?"),
        help_text=_(
            "Just now is filled in: if it was earlier, say when. The time allowed for the report runs from then (Penal"
            " Code 11166)."
        ),
    )
    source = forms.ChoiceField(
        required=False,
        choices=[("", _("Not said")), *Concern.Source.choices],
        label=_("How do you know?"),
    )
    name_shown = forms.BooleanField(
        required=False,
        label=_("The person who receives this may see that it was me"),
        help_text=_(
            "You need not give your name. With the tick the receiver and the backup see it, and whoever takes over"
            " from them; without it none of them does."
        ),
    )

    def __init__(self, *args: Any, author: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = author.schools
        self.initial.setdefault("concern_id", uuid4())
        self.initial.setdefault("first_known_at", at.replace(second=0, microsecond=0))
        offer_schools(self, self.schools)
        self.fields["implicated"].queryset = staff_of(self.schools).exclude(pk=author.pk)  # type: ignore[attr-defined]
        self.fields["implicated"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
        self.fields["indicators"].choices = indicator_choices()  # type: ignore[attr-defined]

    def restore(self, typed: QueryDict, saved_at: datetime) -> None:
        """A draft of a concern that was sent all the same begins another one."""
        super().restore(typed, saved_at)
        given = str(self.initial.get("concern_id", ""))
        if given in {str(pk) for pk in ConcernAuthor.objects.values_list("pk", flat=True)}:
            self.initial["concern_id"] = uuid4()

    def prepare(self) -> None:
        """Find the students that the typed name means; called once the form is filled."""
        self.offer_students(self.schools, none_of_these=NOT_KNOWN, elsewhere=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        student = cleaned.get("student")
        if student and len(self.schools) > 1:
            cleaned["school"] = student.school
        elif not cleaned.get("school") and not {"school", "student"} & set(self.errors):
            self.add_error("school", WHERE)
        cleaned["student_described"] = "" if student else cleaned.get("student_query", "")
        return cleaned


def school_meant(typed: QueryDict, schools: list[School]) -> School | None:
    """The school that a concern is about, as far as it was said: its clock is the one that times are typed by."""
    by_pk = {str(school.pk): school for school in schools}
    with suppress(ValidationError):
        chosen = typed.get("student")
        student = Student.objects.filter(pk=chosen, school__in=schools).first() if chosen else None
        if student:
            return by_pk[str(student.school_id)]
    return by_pk.get(typed.get("school", ""), schools[0] if schools else None)


def staff_of(schools: list[School]) -> Any:
    """
    Whoever could come to read a concern of these schools, for saying who is implicated.

    Their staff, the district's liaison and counsel, and every SRO: any of them can be asked in by any school.
    """
    of_all = [Role.LIAISON, Role.COUNSEL, Role.SRO]
    current = Membership.objects.current().filter(Q(school__in=schools) | Q(role__in=of_all))
    return User.objects.filter(pk__in=current.values("person"))


class SupplementConcernForm(VerbForm, ObservationFields):
    """It carries the id of what it adds, so that sending it twice adds it once."""

    never_restored = VerbForm.never_restored | {"addition_id"}

    addition_id = forms.UUIDField(widget=forms.HiddenInput)
    account = PlainText(note=True, required=False, rows=5, label=_("What else did you see or hear?"))
    student_described = PlainText(
        required=False, label=_("The student"), help_text=_("A name or a description, if you know more now.")
    )
    field_order = ["account", "student_described", "words", "indicators", "observed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("addition_id", uuid4())
        self.fields["indicators"].choices = indicator_choices()  # type: ignore[attr-defined]


class MatchConcernForm(VerbForm, FindsStudent):
    """`corrections` is how often the student had been named when its page was opened."""

    own_fields = VerbForm.own_fields | {"student_query"}
    never_restored = VerbForm.never_restored | {"corrections"}

    corrections = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    reason = PlainText(
        note=True,
        required=False,
        rows=2,
        label=_("Why is it another student?"),
        help_text=_("Needed when another student was named before."),
    )

    def __init__(self, *args: Any, schools: list[School], corrections: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        self.initial["corrections"] = corrections
        self.fields["student_query"].help_text = ELSEWHERE

    def prepare(self) -> None:
        self.offer_students(self.schools, none_of_these=_("None of these"), elsewhere=True)

    def clean_student(self) -> Any:
        student = self.cleaned_data["student"]
        if student is None:
            raise forms.ValidationError(_("Find the student by name, then choose one."))
        return student


class AfterReading(forms.Form):
    """How much of the concern was there when its page was opened: what came in since has to be read first."""

    additions = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CloseConcernForm(ReasonForm, AfterReading):
    pass


class AcceptConcernForm(VerbForm, AfterReading):
    pass


class AttachConcernForm(VerbForm, AfterReading):
    case = forms.ModelChoiceField(
        queryset=Case.objects.none(), widget=forms.RadioSelect, label=_("Open case"), empty_label=None
    )
    reason = PlainText(note=True, rows=3, label=_("Why does it belong there?"))

    def __init__(self, *args: Any, cases: Any, student: Student | None, **kwargs: Any) -> None:
        """
        `cases` are those that the reader may see at the concern's school, in whatever state.

        Of an open one of the same `student` it is proposed to put it there.
        """
        super().__init__(*args, **kwargs)
        offered = cases.filter(status=Case.Status.OPEN)
        if self.is_bound:
            # One that was closed meanwhile: the verb says by whom and when.
            with suppress(ValidationError):
                chosen = Q(pk=self.data.get(self.add_prefix("case")))
                offered = cases.filter(chosen | Q(status=Case.Status.OPEN))
        self.fields["case"].queryset = offered  # type: ignore[attr-defined]
        self.fields["case"].label_from_instance = case_label  # type: ignore[attr-defined]
        if student:
            same = offered.filter(student__in=student.rows).first()
            self.initial.setdefault("case", same.pk if same else None)


def case_label(case: Case) -> str:
    name = case.student.full_name if case.student else _("student not known yet")
    words = f"{case.number}: {name}"
    return words if case.is_open else f"{words} ({case.get_status_display()})"
