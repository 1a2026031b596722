"""What the views of this room have in common, beside `cases.views.pages`."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.base import VerbForm
from csec.accounts.requests import StaffRequest
from csec.errors import NotPermitted


def allow(allowed: bool, verb: str, *, subject: UUID | None = None) -> None:
    """Raise NotPermitted before a form is shown that its verb would refuse."""
    if not allowed:
        raise NotPermitted(verb, subject=subject)


def verb_page(request: StaffRequest, verb: str, form: VerbForm, **context: object) -> HttpResponse:
    """The page of one verb's form: 409 when somebody was first, 422 when something has to be typed again."""
    status = 409 if form.conflict else 422 if form.is_bound and form.errors else 200
    return render(request, f"district/{verb}.html", {"form": form, **context}, status=status)
