"""The gate of the pages of sign-in: django-allauth's views, and ours beside them, for whom they are."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from csec import routes
from csec.audit.log import request_log

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
