"""The forms that stand behind a route, as they are when it is asked, and which of their fields hold ids."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.test import Client

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@contextmanager
def made() -> Iterator[list[forms.BaseForm]]:
    """Every form that is made meanwhile, whatever view makes it."""
    found: list[forms.BaseForm] = []
    plain = forms.BaseForm.__init__

    def note(form: forms.BaseForm, *args: Any, **kwargs: Any) -> None:
        plain(form, *args, **kwargs)
        found.append(form)

    with patch.object(forms.BaseForm, "__init__", note):
        yield found


def complaints(found: list[forms.BaseForm]) -> dict[str, str]:
    """Why a form was not taken: for whoever reads that a test failed."""
    return {name: errors.as_text() for form in found if form.is_bound for name, errors in form.errors.items()}


def fields_of(found: list[forms.BaseForm]) -> dict[str, forms.Field]:
    return {form.add_prefix(name): field for form in found for name, field in form.fields.items()}


def filled(client: Client, path: str) -> dict[str, Any]:
    """What the form of a page sends when nothing is typed."""
    with made() as found:
        page: HttpResponse = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    shown: dict[str, Any] = {}
    for form in found:
        for bound in form:
            value = bound.field.prepare_value(bound.value())
            shown[bound.html_name] = (
                bound.field.widget.format_value(value) if _is_time(bound.field) else value
            )
    return {
        name: value
        for name, value in shown.items()
        if value is not None and value is not False and value != ""
    }


def _is_time(field: forms.Field) -> bool:
    return isinstance(field, forms.DateField | forms.DateTimeField)


def holds_an_id(name: str, field: forms.Field, sent: Any) -> bool:
    """Whether a field is about a row: a choice of rows, an id that is carried along, or one that is in its name."""
    if isinstance(field, forms.ModelChoiceField | forms.UUIDField):
        return True
    choices = getattr(field, "choices", ())
    return any(ID.search(str(one)) for one in (name, sent, *choices))


def with_another(name: str, sent: Any, other: UUID) -> dict[str, Any]:
    """The field again with another id: instead of its value, inside it, or inside its name."""
    if ID.search(name):
        return {ID.sub(str(other), name): sent or "Planted."}
    text = str(sent[0] if isinstance(sent, list | tuple) and sent else sent or "")
    return {name: ID.sub(str(other), text) if ID.search(text) else str(other)}
