"""A field of which the district's agencies are offered: one of them, or another, which is named in the field itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases.forms.base import VerbForm
from cases.models import Outcome
from cases.schedule import asked_again_on
from cases.text import Words

LISTED = "listed_"
EITHER = _("Either choose one of the list, or “Another” and name them here.")


class ListedForm(VerbForm):
    """Its field `prefix` + name has one beside it that offers the names of `listed`."""

    def __init__(
        self, *args: Any, listed: Mapping[str, Sequence[str]] | None, prefix_of: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.listed = {name: names for name, names in (listed or {}).items() if names}
        self._prefix_of = prefix_of

    def add_listed(self, name: str, field: forms.Field) -> None:
        """Put the list before the field, which is for another then."""
        if name not in self.listed:
            return
        self.fields[LISTED + name] = forms.ChoiceField(
            choices=[*((one, one) for one in self.listed[name]), ("", _("Another, named below"))],
            required=False,
            widget=forms.RadioSelect,
            label=field.label,
            help_text=field.help_text,
            initial="",
        )
        field.label, field.help_text = _("Another, by name"), ""

    def place_of(self, name: str, value: Any) -> str:
        """The field in which a value that was typed before is shown."""
        return LISTED + name if value in self.listed.get(name, ()) else self._prefix_of + name

    def chosen(self, name: str) -> Any:
        given = self.cleaned_data
        return (given.get(LISTED + name) if name in self.listed else None) or given.get(
            self._prefix_of + name
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.listed:
            if cleaned.get(LISTED + name) and cleaned.get(self._prefix_of + name):
                self.add_error(self._prefix_of + name, EITHER)
        return cleaned


def asked_after(kind: str, today: date) -> Words:
    """What the day to look again means for each outcome, and which the district proposes."""
    days = {name: asked_again_on(kind, name, today) for name in (Outcome.DECLINED, Outcome.DONE)}
    return _(
        "Declined: offered again then; left empty, on %(declined)s. Done: looked at then; left empty, on %(done)s"
        " (district setting). Unable so far: needed."
    ) % {name.value: formats.date_format(day, "DAY") for name, day in days.items() if day}
