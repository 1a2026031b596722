"""Which school it is about: said by whoever has several, and asked of nobody who has one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from csec.directory.models import School


class SchoolField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the sender's schools. None is chosen before, so that nothing goes to the first of them unnoticed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=School.objects.none(),
            required=False,
            label=_("School"),
            empty_label=_("Choose a school"),
            help_text=_("Not needed for a student whom you find below and choose."),
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_schools(form: forms.Form, schools: list[School]) -> None:
    """Offer these in the `school` of a form; a single one is filled in, and not shown."""
    field = form.fields["school"]
    assert isinstance(field, SchoolField)  # noqa: S101
    field.queryset = School.objects.filter(pk__in=[school.pk for school in schools])
    if len(schools) == 1:
        form.initial.setdefault("school", schools[0].pk)
        field.required = True
        field.widget = forms.HiddenInput()
