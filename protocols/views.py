"""The protocol as it is printed, for anyone: no sign-in, and no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from csec.routes import PUBLIC, route
from protocols import loader


@route(PUBLIC)
def protocol(request: HttpRequest) -> HttpResponse:
    """The columns of the printed page in force today, this project's reading set apart from its words."""
    definition = loader.shipped(timezone.localdate())
    return render(request, "protocols/protocol.html", {"protocol": definition})
