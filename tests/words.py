"""What is somebody's own words: of what a verb is told, and of what a form takes. Derived: nothing is left out."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

from django import forms

import cases.forms
from cases.forms.base import PlainText
from cases.workflow import VERBS

#: Of the texts that a verb is told those that are one of a list, which it looks up or refuses.
CHOSEN = {
    "adult", "agency_kind", "answer", "asker", "audience", "basis", "finding", "goes_on", "held_for", "outcome",
    "recipient_kind", "relation", "role", "source", "state", "team", "to", "track", "way", "who",
}  # fmt: skip
#: And those that say which thing is meant, or how it looked when its reader saw it.
NAMES_A_THING = {"number", "read", "seen"}

#: What is typed and only looked for, or read as days: none of it is kept.
NOT_KEPT = {"dates", "number", "person", "student_query"}


def told(verb: str) -> set[str]:
    """The arguments of a verb in which somebody says something in their own words."""
    parameters = inspect.signature(VERBS[verb].run).parameters.values()
    texts = {one.name for one in parameters if one.annotation in (str, str | None)}
    return texts - CHOSEN - NAMES_A_THING


def typed() -> set[str]:
    """The fields of the forms about cases that take words, whatever is done with them."""
    for module in pkgutil.iter_modules(cases.forms.__path__, "cases.forms."):
        import_module(module.name)
    return {
        name
        for form in _all_of(forms.Form)
        if form.__module__.startswith("cases.forms")
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, PlainText)
    }


def _all_of(form: type) -> Iterator[type]:
    for one in form.__subclasses__():
        yield one
        yield from _all_of(one)
