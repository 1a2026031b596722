"""The page of a case, on which a part may end where it stands."""

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.base import VerbForm
from cases.forms.quick import IN_PLACE, quick_checkin, quick_form, refused
from cases.kinds import contact
from cases.models import Case, Compartment, StepPart
from cases.reading.case import CasePage
from cases.reading.glance import Glance
from cases.reading.parts import PartView
from cases.views.beside import say_beside
from cases.views.pages import get_case
from csec.accounts.requests import StaffRequest
from csec.drafts import store

#: The verbs that have a short form.
_VERBS = ("record_outcome", "record_checkin")


def show_case(request: StaffRequest, case: Case) -> HttpResponse:
    page = CasePage(case, request.user, request.at)
    for part in page.parts:
        _offer(request, page, part)
    return _show(request, page)


def stay_in_place(request: StaffRequest, part: StepPart, sent: VerbForm) -> HttpResponse | None:
    """
    The same page again, at the part, with what is wrong and what was typed; when its short form was sent.

    None when that form was not, or somebody was first: then the verb's own page says what there is to do.
    """
    if not sent.is_bound or IN_PLACE not in request.POST or sent.conflict or not sent.errors:
        return None
    page = CasePage(get_case(request, part.case_id), request.user, request.at)
    stayed = False
    for view in page.parts:
        _offer(request, page, view, sent=sent if view.row.pk == part.pk else None)
        stayed = stayed or (view.quick is not None and view.quick.is_bound)
    return _show(request, page, status=422) if stayed else None


def _offer(request: StaffRequest, page: CasePage, view: PartView, *, sent: VerbForm | None = None) -> None:
    """Its short form, for whom its verb is offered and where one suffices."""
    verb = next((name for name in _VERBS if name in dict(view.actions)), None)
    if verb is None or not view.row.is_open:
        return
    fields = page.definition.fields_of(view.definition)
    draft_of = store.token(request.user.pk, store.short_of(f"{verb}:{view.row.pk}"))
    data = request.POST if sent else None
    if verb == "record_checkin":
        way = _safe_way(page, view.row)
        view.quick = quick_checkin(view.row, fields, way, at=request.at, draft_of=draft_of, data=data)
    else:
        view.quick = quick_form(
            view.row, view.definition, fields, at=request.at, draft_of=draft_of, data=data
        )
    if sent and view.quick:
        refused(view.quick, sent)


def _safe_way(page: CasePage, part: StepPart) -> str:
    """The way of contact that the student called safe last, as far as the reader may know it; as on the whole form."""
    sections = {Compartment.TEAM, part.compartment}
    said = [entry.row for view in page.parts for entry in view.entries if entry.row.compartment in sections]
    for row in sorted(said, key=lambda row: row.number, reverse=True):
        if hasattr(row, "evidence") and (way := row.evidence.facts(page.case.key).get(contact.SAFE_WAY)):
            return str(way)
    return ""


def _show(request: StaffRequest, page: CasePage, *, status: int = 200) -> HttpResponse:
    beside = say_beside(request, page.runs)
    context = {"case": page.case, "page": page, "glance": Glance(page), "beside": beside}
    return render(request, "cases/case.html", context, status=status)
