"""The page of the drill, and the buttons by which one comes in, lets the others answer, and leaves."""

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cases.workflow import Invalid
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import EVERYONE
from csec.audit.log import record
from csec.directory.models import Drill
from csec.routes import DRILL, route
from drills import beginning
from drills.others import Others
from drills.situations import SITUATIONS, offered_to
from drills.stories import tell_what_happened

DRILL_VIEWED = "drill_viewed"


@route(EVERYONE, event=DRILL_VIEWED)
def drill(request: StaffRequest) -> HttpResponse:
    """What a drill is, and which there are; within one, what one does in it."""
    return _page(request)


@route(EVERYONE, methods=["POST"], event=DRILL_VIEWED)
def begin_drill(request: StaffRequest) -> HttpResponse:
    """Begin one, or begin anew: the one before is over."""
    situation = request.POST.get("situation", "")
    try:
        cast = beginning.begin_drill(actor=request.in_person, situation=situation, at=request.at)
    except Invalid as invalid:
        return _page(request, wrong=invalid.fields["situation"], status=422)
    tell_what_happened(cast, situation, at=request.at)
    _change_sides(request, str(cast.twin))
    return redirect("home")


@route(EVERYONE, methods=["POST"], event=DRILL_VIEWED)
def go_on(request: StaffRequest) -> HttpResponse:
    """Back into the drill that one left."""
    left = _last(request)
    if left is None:
        return redirect("drills:drill")
    beginning.go_on_with_drill()
    record(
        "drill_gone_on_with", actor=request.in_person.pk, role=request.user.main_role, subject=left.twin_id
    )
    _change_sides(request, str(left.twin_id))
    return redirect("home")


@route(EVERYONE, methods=["POST"], event="drill_others_asked")
def let_others_answer(request: StaffRequest) -> HttpResponse:
    """The invented colleagues do what waits for them; then back to the page one was on."""
    if not request.user.drill_id:
        return redirect("drills:drill")
    done = Others(request.user, at=request.at).answer()
    if done:
        said = " ".join(f"{who}: {', '.join(what)}." for who, what in done.items())
        messages.success(request, _("The others have answered.") + " " + said)
    else:
        messages.success(request, _("Nobody else has anything to answer now: what is next is yours."))
    back = request.POST.get("back", "")
    return redirect(back if _is_ours(request, back) else "home")


@route(EVERYONE, methods=["POST"], event=DRILL_VIEWED)
def leave_drill(request: StaffRequest) -> HttpResponse:
    """Out of it. It stays as it is, to go on with."""
    if not request.user.drill_id:
        return redirect("home")
    beginning.leave_drill(request.at)
    record("drill_left", actor=request.in_person.pk, role=request.user.main_role, subject=request.user.pk)
    _change_sides(request, None)
    messages.success(request, _("You have left the drill. What you see now is real."))
    return redirect("home")


@route(EVERYONE, methods=["POST"], event=DRILL_VIEWED)
def end_drill(request: StaffRequest) -> HttpResponse:
    """Out of it, and done with it: nobody opens it again, and another one can be begun."""
    last = _last(request)
    if last is None:
        return redirect("drills:drill")
    beginning.end_drill(request.at)
    record("drill_ended", actor=request.in_person.pk, role=request.user.main_role, subject=last.twin_id)
    _change_sides(request, None)
    messages.success(request, _("The drill is over. What you see now is real."))
    return redirect("home")


def _page(request: StaffRequest, *, wrong: object = "", status: int = 200) -> HttpResponse:
    last = _last(request)
    onward = request.GET.get("next", "")
    context = {
        "situations": offered_to(request.in_person.roles),
        "now": SITUATIONS.get(last.situation) if last else None,
        "dropped_out": last is not None and last.left_at is None and not request.user.drill_id,
        "onward": onward if _is_ours(request, onward) else "",
        "wrong": wrong,
    }
    return render(request, "drills/drill.html", context, status=status)


def _last(request: StaffRequest) -> Drill | None:
    """The drill of whoever is signed in that is not over: the one they are in, or have left; in roles still theirs."""
    last = Drill.objects.filter(person=request.in_person.pk, ended_at__isnull=True).first()
    return last if last and request.in_person.roles.issuperset(last.roles) else None


def _is_ours(request: StaffRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def _change_sides(request: StaffRequest, twin: str | None) -> None:
    """
    From the next request on its person acts as their twin, or as themselves.

    No form that was opened on the other side is taken on this one: what is real never lands in a drill, nor the other
    way round. It is kept for its author, as is any form of before a sign-in.
    """
    if twin:
        request.session[DRILL] = twin
    else:
        request.session.pop(DRILL, None)
    rotate_token(request)
