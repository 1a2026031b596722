"""Ways out: the quick exit, the end of an idle session, every window at once."""

from allauth.account.internal import flows
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from csec.accounts import sessions
from csec.accounts.requests import StaffRequest
from csec.audit.log import record


def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and be on a page about which nobody wonders. A plain link: whoever needs it has one click."""
    flows.logout.logout(request, show_message=False)
    return redirect(settings.QUICK_EXIT_URL)


def timed_out(request: HttpRequest) -> HttpResponse:
    """A page that was left alone comes here by itself: sign out, say so, and say where what was typed is."""
    flows.logout.logout(request, show_message=False)
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    sign_in = resolve_url(settings.LOGIN_URL)
    return render(request, "account/timed_out.html", {"back": back, "sign_in": sign_in})


def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: reading the session is what keeps it."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


def sign_out_everywhere(request: StaffRequest) -> HttpResponse:
    """End every session of one's own, this one too."""
    if request.method != "POST":
        return render(request, "account/sign_out_everywhere.html")
    with transaction.atomic():
        record("signed_out_everywhere", actor=request.user.pk)
        sessions.end_all(request.user.pk)
    request.session.flush()
    messages.success(request, _("You are signed out everywhere."))
    return redirect(settings.LOGIN_URL)
