"""Handing a student over: offered and previewed by one school, read and answered at another."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import permissions, workflow
from cases.forms import transfers as forms
from cases.models import Case, Transfer
from cases.parents import frozen
from cases.reading.safety import known_of_safety
from cases.reading.transfers import can_be_read, of_case, printed_until, told
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from cases.workflow.plans import waiting_check_in
from cases.workflow.sending import COUNSEL_ALONE
from cases.workflow.summary import Told, check_chosen, digest, may_choose, summary
from cases.workflow.transfers import carries, receivers, to_whom
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, Role
from csec.errors import Absent, NotPermitted
from csec.routes import route

TRANSFER_VIEWED = "transfer_viewed"
#: Whoever works on the case but its officer, and whoever reads it in an emergency.
READERS = CASE_ROLES - {Role.SRO} | {"emergency"}
SENT = gettext_lazy("Sent. It waits for an answer, and the case stays here until then.")
#: Nothing leaves by itself: whoever believes so would walk away, and the hour would pass.
MADE = gettext_lazy(
    "Made, not sent. Print it now and hand it to the recipient yourself: it can be read for one hour. The case stays"
    " open here until somebody there has acknowledged the student."
)
ON_PAPER_STILL = gettext_lazy(
    "Withdrawn. What was handed over on paper stays where it is. The case goes on here, and a summary can be"
    " made again."
)


@route(CASE_ROLES, event=CASE_VIEWED, may=READERS)
def transfers_of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What was decided, offered and answered, and what can be done now."""
    case = get_case(request, case_id)
    allow(case.my_role in READERS, "transfers_of_case", case=case)
    names = ("offer_transfer", "send_summary", "note_departure", "withdraw_transfer", "acknowledge_transfer")
    can = {name: case.is_open and getattr(permissions, f"can_{name}")(request.user, case) for name in names}
    rows = of_case(case, request.user, request.at)
    context = {"case": case, "rows": rows, "can": can, "waits": any(one.row.waits for one in rows)}
    return render(request, "cases/transfers_of_case.html", context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["offer_transfer"])
def offer_transfer(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_offer_transfer(request.user, case), "offer_transfer", case=case)
    form = form_for(
        request,
        forms.OfferTransferForm,
        f"offer_transfer:{case.pk}",
        choices=may_choose(case, inside=True),
        receivers=receivers(case),
        initial={"safety": known_of_safety(case, inside=True)},
    )

    def to() -> str:
        given = form.arguments()
        return to_whom(given["to_school"], given["receiver"])

    def to_carrier() -> bool:
        given = form.arguments()
        return carries(given["receiver"], given["to_school"])

    return _told_first(request, "offer_transfer", form, case, to, workflow.offer_transfer, to_carrier)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["send_summary"])
def send_summary(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_send_summary(request.user, case), "send_summary", case=case)
    form = form_for(
        request,
        forms.SendSummaryForm,
        f"send_summary:{case.pk}",
        choices=may_choose(case, inside=False),
        initial={"safety": known_of_safety(case, inside=False)},
    )
    return _told_first(
        request,
        "send_summary",
        form,
        case,
        lambda: str(form.cleaned_data["recipient"]).strip(),
        workflow.send_summary,
        counsel_alone=COUNSEL_ALONE if case.my_role != Role.COUNSEL and frozen(case) else "",
    )


def _told_first(
    request: StaffRequest,
    name: str,
    form: forms.ToldForm,
    case: Case,
    to: Callable[[], str],
    verb: Callable[..., Transfer],
    to_carrier: Callable[[], bool] = lambda: True,
    **context: Any,
) -> HttpResponse:
    """What will be read is shown first, and sent when the page that showed it is sent again."""
    inside = name == "offer_transfer"
    preview: list[Told] = []
    if form.is_bound and form.is_valid():
        wrong = check_chosen(case, form.chosen(), inside=inside, to_carrier=to_carrier())
        if wrong:
            form.show_invalid(wrong)
        elif form.cleaned_data["read"]:
            transfer = attempt(request, form, verb, case=case)
            if transfer:
                messages.success(request, SENT if inside else MADE)
                return redirect(
                    reverse("cases:transfers_of_case", args=[case.pk])
                    if inside
                    else reverse("cases:transfer", args=[transfer.pk])
                )
        if not wrong:
            preview = summary(case, request.user, form.chosen())
            form.renew("read", digest(preview, to()))
    back = reverse("cases:transfers_of_case", args=[case.pk])
    return verb_page(request, name, form, case=case, preview=preview, cancel_url=back, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["note_departure"])
def note_departure(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_note_departure(request.user, case), "note_departure", case=case)
    back = reverse("cases:transfers_of_case", args=[case.pk])
    form = form_for(request, forms.NoteDepartureForm, f"note_departure:{case.pk}")
    if attempt(request, form, workflow.note_departure, case=case):
        messages.success(request, _("Recorded. The case stays open, and the district’s liaison is told."))
        return redirect(back)
    return verb_page(request, "note_departure", form, case=case, cancel_url=back)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["withdraw_transfer"])
def withdraw_transfer(request: StaffRequest, case_id: UUID, transfer_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_withdraw_transfer(request.user, case), "withdraw_transfer", case=case)
    row = _of_case(case, transfer_id)
    back = reverse("cases:transfers_of_case", args=[case.pk])
    form = form_for(request, forms.WithdrawTransferForm, f"withdraw_transfer:{row.pk}")
    if attempt(request, form, workflow.withdraw_transfer, case=case, transfer=row):
        on_paper = row.kind == Transfer.Kind.OUTSIDE
        messages.success(request, ON_PAPER_STILL if on_paper else _("Withdrawn. The case goes on here."))
        return redirect(back)
    return verb_page(request, "withdraw_transfer", form, case=case, transfer=row, cancel_url=back)


@route(
    CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["acknowledge_transfer"]
)
def acknowledge_transfer(request: StaffRequest, case_id: UUID, transfer_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_acknowledge_transfer(request.user, case), "acknowledge_transfer", case=case)
    row = _of_case(case, transfer_id)
    back = reverse("cases:transfers_of_case", args=[case.pk])
    form = form_for(request, forms.AcknowledgeTransferForm, f"acknowledge_transfer:{row.pk}", at=request.at)
    if attempt(request, form, workflow.acknowledge_transfer, case=case, transfer=row):
        messages.success(request, _("Recorded. The case can be closed once nothing else keeps it open."))
        return redirect(back)
    return verb_page(request, "acknowledge_transfer", form, case=case, transfer=row, cancel_url=back)


@route(CASE_ROLES, event=TRANSFER_VIEWED)
def transfer(request: StaffRequest, transfer_id: UUID) -> HttpResponse:
    """What is offered, word for word: for the person to whom it is, and for the people of either case."""
    row = _get(request, transfer_id)
    mine = permissions.can_accept_transfer(request.user, row)
    # Whoever took the student over goes on reading it; whoever refused does not.
    shown = row.state in (Transfer.State.OPEN, Transfer.State.ACCEPTED) or not mine
    cases = Case.objects.visible_to(request.user).filter(pk__in=[row.case_id, row.new_case_id])
    seen = list(cases.order_by("-opened_at"))
    sender = next((case for case in seen if case.pk == row.case_id), None)
    context = {
        "transfer": row,
        "mine": mine,
        "case_id": seen[0].pk if seen else None,
        "sections": told(row) if shown and can_be_read(row, request.user, request.at) else [],
        "printed_until": printed_until(row),
        "can_withdraw": row.waits and sender and permissions.can_withdraw_transfer(request.user, sender),
    }
    return render(request, "cases/transfer.html", context)


@route(CASE_ROLES, methods=["POST"], event=TRANSFER_VIEWED, may=permissions.RECEIVER)
def accept_transfer(request: StaffRequest, transfer_id: UUID) -> HttpResponse:
    row = _received(request, transfer_id, "accept_transfer")
    try:
        case = workflow.accept_transfer(actor=request.user, transfer=row, at=request.at)
    except workflow.Conflict as conflict:
        messages.warning(request, str(conflict.words))
        return redirect("cases:transfer", row.pk)
    planned = waiting_check_in(case) is not None
    messages.success(
        request,
        _("The case is yours now. The next check-in keeps its day.")
        if planned
        else _("The case is yours now. No check-in is planned in it."),
    )
    return redirect(case)


@route(CASE_ROLES, methods=["GET", "POST"], event=TRANSFER_VIEWED, may=permissions.RECEIVER)
def refuse_transfer(request: StaffRequest, transfer_id: UUID) -> HttpResponse:
    row = _received(request, transfer_id, "refuse_transfer")
    form = form_for(request, forms.RefuseTransferForm, f"refuse_transfer:{row.pk}")
    if attempt(request, form, workflow.refuse_transfer, transfer=row):
        messages.success(request, _("Refused. The case stays with the other school, which is told."))
        return redirect("home")
    back = reverse("cases:transfer", args=[row.pk])
    return verb_page(request, "refuse_transfer", form, transfer=row, cancel_url=back)


def _get(request: StaffRequest, transfer_id: UUID) -> Transfer:
    """A transfer as this person may see it, its times in the zone of their school of the two. Raises Absent."""
    rows = Transfer.objects.visible_to(request.user).select_related(
        "from_school", "to_school", "receiver", "offered_by", "answered_by", "key"
    )
    row = rows.filter(pk=transfer_id, offered_at__isnull=False).first()
    if row is None:
        raise Absent("transfer", transfer_id)
    request.log_subject = row.pk  # type: ignore[attr-defined]
    request.log_case = row.case_id  # type: ignore[attr-defined]
    offered_to_them = row.to_school if row.receiver_id == request.user.pk else None
    timezone.activate((offered_to_them or row.from_school).zone)
    return row


def _received(request: StaffRequest, transfer_id: UUID, verb: str) -> Transfer:
    row = _get(request, transfer_id)
    if not permissions.can_accept_transfer(request.user, row):
        raise NotPermitted(verb, subject=row.pk, case=row.case_id)
    return row


def _of_case(case: Case, transfer_id: UUID) -> Transfer:
    row = Transfer.objects.filter(pk=transfer_id, case=case).select_related("to_school", "receiver").first()
    if row is None:
        raise Absent("transfer", transfer_id)
    return row
