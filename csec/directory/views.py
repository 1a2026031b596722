"""What the directory shows to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from csec.directory.card import AGAIN_AFTER, card
from csec.routes import PUBLIC, route


@route(PUBLIC)
def cards(request: HttpRequest) -> HttpResponse:
    """What to do and not to do in three moments, to read or to print; without sign-in, and without the database."""
    return render(request, "directory/cards.html")


@route(PUBLIC)
def emergency_card(request: HttpRequest) -> HttpResponse:
    """Whom to telephone, what to do and what not to do; without sign-in, and without the database."""
    context = {"card": card(), "old_before": timezone.localdate() - AGAIN_AFTER}
    return render(request, "directory/emergency_card.html", context)
