"""What the forms of all verbs have in common: plain text, the school's clock, and drafts that are kept."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cases import text
from csec.accounts.models import User
from csec.drafts import store

#: Beside a long field that is nearly full.
COUNTED = _("{length} of {limit} characters")


class PlainText(forms.CharField):
    """One line, or a note of several, with the message beside the field when it cannot be taken."""

    def __init__(self, *, note: bool = False, limit: int | None = None, rows: int = 4, **kwargs: Any) -> None:
        self.limit = limit or (text.NOTE if note else text.TEXT)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}) if note else forms.TextInput())
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        if note:
            # How much of it is typed is counted beside the field, by csec/counter.js.
            self.widget.attrs |= {"data-limit": self.limit, "data-counted": COUNTED}
        # NUL is refused below together with the other control characters, in the same words.
        self.validators = []

    def validate(self, value: str) -> None:
        super().validate(value)
        fault = text.fault(value, limit=self.limit)
        if fault:
            raise ValidationError(fault)


class Moment(forms.DateTimeField):
    """
    A date and a time in the zone of the school the page is about.

    Of the hour that comes twice in autumn the first is meant; the hour that spring leaves out is the next one.
    """

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "max": "9999-12-31T23:59"}, format="%Y-%m-%dT%H:%M"
    )

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError:
            local = _typed(value)
            if local is None or local.tzinfo is not None:
                raise
            zone = timezone.get_current_timezone()
            # By way of UTC, where an hour that does not exist lands on one that does.
            return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _typed(value: Any) -> datetime | None:
    try:
        return parse_datetime(value.strip())
    except (AttributeError, ValueError):
        return None


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")


#: Instead of Django's own words, which repeat what was sent: of a list that is an opaque id.
CHOOSE = _("Choose one from the list.")
_NOT_ON_THE_LIST = {"invalid_choice", "invalid_pk_value", "invalid_list", "invalid"}
_NOT_ARRIVED = {"required", "invalid", "min_value"}
#: Of a field that is not seen: nobody can mend it where it stands.
NOT_WHOLE = _("This page did not arrive whole. Copy what you typed, and open it again.")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the staff, by name, from the people that the form's page offers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_people(form: forms.BaseForm, name: str, people: Iterable[UUID]) -> None:
    """Offer these people in a PersonField of a form."""
    form.fields[name].queryset = User.objects.filter(pk__in=list(people))  # type: ignore[attr-defined]


def this_minute(at: datetime) -> datetime:
    """The moment as a field shows it: in the active zone, without seconds."""
    return timezone.localtime(at).replace(second=0, microsecond=0)


#: Of one button among several, and of what is not seen, nothing is said.
_SAY_IT_THEMSELVES = (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)


class VerbForm(forms.Form):
    """
    The form of one verb. It turns what was typed into the verb's arguments; the verb decides.

    `conflict` is set when the verb was refused because somebody was first. `restored_at` is when the draft
    was kept that it was filled from.
    """

    #: Fields that belong to the form and not to the verb.
    own_fields: ClassVar[frozenset[str]] = frozenset({store.FIELD})
    #: Never taken from a draft: which entries the page shows is true of the page as it is now.
    never_restored: ClassVar[frozenset[str]] = frozenset({store.FIELD, "version", "additions"})

    draft_of = forms.CharField(required=False, widget=forms.HiddenInput)

    conflict = False
    restored_at: datetime | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_%s")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            # Said to a screen reader as the mark says it; a browser's own bubble would not say what to do.
            if field.required and not isinstance(field.widget, _SAY_IT_THEMSELVES):
                field.widget.attrs["aria-required"] = "true"

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's, in words of our own for what is not on a list, and for what nobody typed."""
        found, code = self.fields.get(field or ""), getattr(error, "code", None)
        if isinstance(found, forms.ChoiceField) and code in _NOT_ON_THE_LIST:
            error = CHOOSE
        elif found and found.widget.is_hidden and code in _NOT_ARRIVED:
            error = NOT_WHOLE
        super().add_error(field, error)

    def arguments(self) -> dict[str, Any]:
        """What the verb is called with, besides who, what and when."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.own_fields}

    def show_conflict(self, words: Any) -> None:
        self.conflict = True
        self.add_error(None, words)

    def show_invalid(self, wrong: dict[str, Any]) -> None:
        for name, words in wrong.items():
            self.add_error(name if name in self.fields else None, words)

    def renew(self, name: str, value: Any) -> None:
        """Let a hidden field of the sent form say what is true now, so that it can be sent again."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - what a request posts
        sent = self.data.copy()
        sent[self.add_prefix(name)] = str(value)
        self.data = sent

    def restore(self, typed: QueryDict, saved_at: datetime) -> None:
        """Fill in a draft, as if it had just been typed; nothing is checked before it is sent."""
        for name, field in self.fields.items():
            if name not in self.never_restored and (
                name in typed or isinstance(field, forms.MultipleChoiceField)
            ):
                self.initial[name] = field.widget.value_from_datadict(typed, {}, name)
        self.restored_at = saved_at


class ReasonForm(VerbForm):
    """For the verbs that ask for nothing but a reason."""

    reason = PlainText(note=True, label=_("Reason"))
