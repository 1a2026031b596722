"""The gate of the pages of sign-in: django-allauth's views, and ours beside them, for whom they are."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from csec import languages, routes
from csec.accounts import second_factor
from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.audit.log import request_log
from csec.directory.models import Drill
from csec.drafts import store
from csec.identity import acting_as

View = Callable[..., HttpResponse]


def for_anybody(view: View, *methods: str) -> View:
    """Open without sign-in; whatever needs more asks for it itself."""
    allowed = methods or ("GET", "POST")

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        with request_log():
            return view(request, *args, **kwargs)

    return guarded


def for_signed_in(view: View, *methods: str) -> View:
    """For somebody who has given a password, and perhaps has no second factor yet."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return routes.to_sign_in(request)
        languages.speak_to(request.user, request)
        # One's own account is real, also while one is in a drill; the page says so.
        request.drill = "account" if routes.DRILL in request.session else ""  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return for_anybody(guarded, *methods)


def for_proven(view: View, *methods: str) -> View:
    """For somebody who has shown all that this installation asks for."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if routes.lacks_second_factor(request):
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return for_signed_in(guarded, *methods)


def with_factor_again(view: View) -> View:
    """
    Inside of one of these: for whoever has just shown a second factor, where they have one.

    Only the first is added by a password. Whoever has that alone, and was signed in before there was a first, would
    tie a key of their own to the account, and go on in it by that.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = cast(User, request.user).pk
        if second_factor.has_one(person) and not second_factor.is_fresh(request, at=database_time()):
            return _to_prove_it(request, person)
        return view(request, *args, **kwargs)

    return guarded


def past_a_drill(person: User, answer: HttpResponse) -> HttpResponse:
    """
    After signing in: whoever was in a drill when their session ended is asked first, and not led on into what is real.
    """
    with acting_as(person.pk):
        running = Drill.objects.filter(person=person, ended_at__isnull=True, left_at__isnull=True)
        asked = any(person.roles.issuperset(one.roles) for one in running)
    if not asked or not isinstance(answer, HttpResponseRedirect):
        return answer
    return redirect(f"{reverse('drills:drill')}?{urlencode({'next': answer.url})}")


def prove_again(request: HttpRequest, *, at: datetime) -> HttpResponse | None:
    """
    Where to show a second factor once more and come back, for what is rare and grave; None when one is fresh.

    What was typed is kept as a draft.
    """
    if not settings.SECOND_FACTOR_REQUIRED or second_factor.is_fresh(request, at=at):
        return None
    store.keep_posted(request)
    person = cast(User, getattr(request, "in_person", request.user))
    return _to_prove_it(request, person.pk)


def _to_prove_it(request: HttpRequest, person: UUID) -> HttpResponse:
    """To the page that asks for a key, where the person has one, or for a code; and from there back here."""
    keys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    here = request.get_full_path() if request.method == "GET" else request.path
    ask = "mfa_reauthenticate_webauthn" if keys.exists() else "mfa_reauthenticate"
    return redirect(f"{reverse(ask)}?{urlencode({'next': here})}")
