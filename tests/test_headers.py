"""The headers stand on every answer there is: each route, each error, redirects, files, and PostgreSQL away."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, path, reverse

from csec import urls
from tests import make
from tests.test_routes import routes

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

NOWHERE = UUID("6d0f5a3e-3c1b-4c1e-9a55-0d5b8f1c2e77")
#: What stands for a part of an address, by the name that the route gives it.
PARTS = {"pk": NOWHERE, "provider_id": "google", "uidb36": "abc", "key": "def-123", "kind": "done"}
POLICIES = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def missing(answer: Any, *, kept: bool = False) -> list[str]:
    """What an answer does not carry; a file that never changes may be `kept` by the browser."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in POLICIES.items()
        if answer.headers.get(name) != value and not (kept and name == "Cache-Control")
    ]
    parts = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
    if not all(part in policy for part in parts) or "unsafe" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind.replace('"', ""):
        wrong.append(f"Content-Type: {kind}")
    if not kind and getattr(answer, "content", b""):
        wrong.append("Content-Type")
    if "Access-Control-Allow-Origin" in answer.headers:
        wrong.append("Access-Control-Allow-Origin")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    return wrong


def addresses() -> list[str]:
    """One of each route of the product."""
    return [_address(pattern) for pattern in routes()]


def _address(pattern: URLPattern) -> str:
    name = pattern.name or ""
    for namespace in ("", "cases:", "district:", "directory:", "delivery:", "protocols:", "drills:"):
        for integer in (False, True):
            given = {
                part: 1 if integer and part == "pk" else PARTS.get(part, NOWHERE)
                for part in pattern.pattern.converters or pattern.pattern.regex.groupindex
            }
            with suppress(NoReverseMatch):
                return reverse(f"{namespace}{name}", kwargs=given)
    raise AssertionError(f"{name} needs an example of its parts in PARTS.")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "counselor"])
def test_every_route_carries_them_for_every_method(who: str) -> None:
    make.district()
    staff = make.Staff()
    client = Client()
    if who == "counselor":
        client.force_login(staff.counselor)
    found, seen = {}, set()
    for address in addresses():
        if who == "counselor" and address.startswith("/account/"):
            continue  # there are ways out among them, and nobody sees them all
        for method in ("get",) if who == "counselor" else ("get", "post", "options"):
            answer = getattr(client, method)(address, HTTP_ORIGIN="https://elsewhere.example")
            seen.add(answer.status_code)
            if wrong := missing(answer):
                found[f"{method} {address}"] = wrong
    assert found == {}
    assert ({200, 404} if who == "counselor" else {200, 302, 404, 405}) <= seen


def _fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Avery")


def _is_suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("Avery")


urlpatterns = [*urls.urlpatterns, path("fails/", _fails), path("suspicious/", _is_suspicious)]


@pytest.mark.urls("tests.test_headers")
@pytest.mark.parametrize(
    ("address", "status"), [("/fails/", 500), ("/suspicious/", 400), ("/nothing-here/", 404), ("/x", 404)]
)
def test_errors_carry_them(address: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == status
    assert missing(answer) == []
    assert b"Avery" not in answer.content


def test_so_does_a_request_to_another_host() -> None:
    answer = Client(raise_request_exception=False).get("/", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    assert missing(answer) == []


def test_so_does_the_redirect_to_an_encrypted_connection(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/emergency/")
    assert answer.status_code == 301
    assert missing(answer) == []
    elsewhere = Client(raise_request_exception=False).get("/", HTTP_HOST="elsewhere.example")
    assert elsewhere.status_code == 400
    assert missing(elsewhere) == []


@pytest.mark.django_db
def test_so_does_a_form_whose_token_is_not_right() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"))
    assert answer.status_code == 403
    assert missing(answer) == []


@pytest.mark.django_db(transaction=True)
def test_so_does_the_answer_when_postgresql_is_away() -> None:
    client = Client()
    client.force_login(make.Staff().teacher)
    with suppress(OperationalError), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    answer = client.get(reverse("home"))
    connections["default"].close()
    assert answer.status_code == 503
    assert missing(answer) == []


@pytest.mark.django_db
def test_so_do_files_and_they_may_be_kept() -> None:
    answer = Client().get("/static/csec/app.css")
    assert answer.status_code == 200
    assert missing(answer, kept=True) == []
    assert "max-age" in answer["Cache-Control"]
    answer.close()
