"""Keeping a half-written form while it is being written."""

from django.core import signing
from django.http import HttpResponse, HttpResponseBadRequest

from csec.accounts.requests import StaffRequest
from csec.accounts.roles import EVERYONE
from csec.drafts import store
from csec.routes import route


@route(EVERYONE, methods=["POST"], event="draft_kept")
def keep_draft(request: StaffRequest) -> HttpResponse:
    """Keep the fields of a form of this person's own; what it is for is in the form's signed token."""
    try:
        form = store.form_of(request.POST.get(store.FIELD, ""), person=request.user.pk)
    except signing.BadSignature:
        return HttpResponseBadRequest()
    store.keep(person=request.user.pk, form=form, fields=store.fields_of(request.POST), at=request.at)
    return HttpResponse(status=204)
