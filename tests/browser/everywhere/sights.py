"""Every page that there is to be seen: each route in each state, by everybody for whom it opens, as it is answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.matrix.asking import undone
from tests.matrix.cells import Address, addresses, expected
from tests.matrix.forms import fields_of, made
from tests.matrix.world import WHO, World

#: A page, that signing in elsewhere did not work, and the ways in which a form says that it was not taken.
SHOWN = frozenset({200, 401, 409, 422})
#: What makes a page another one to look at: its elements, and how each is dressed. Not whose name stands in it.
_ELEMENT = re.compile(rb"<(/?[a-z][a-z0-9]*)([^>]*)>")
_DRESS = re.compile(
    rb'\s(?:class|role|type|aria-(?!labelledby|describedby|label)[a-z]+)="[^"]*"|\s(?:open|hidden|checked)\b'
)


@dataclass(frozen=True)
class Sight:
    """One page as it came from the server."""

    name: str
    path: str
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def file(self) -> str:
        return re.sub(r"\W+", "-", self.name)

    @property
    def shapes(self) -> tuple[bytes, bytes]:
        """How the page itself is built, and how what stands around it is, which it has in common with others."""
        before, main, rest = self.body.partition(b"<main")
        page, end, after = rest.partition(b"</main>")
        return _shape(page), _shape(before + main + end + after)


def _shape(html: bytes) -> bytes:
    return b" ".join(tag + b"".join(_DRESS.findall(rest)) for tag, rest in _ELEMENT.findall(html))


def sight(name: str, path: str, answer: HttpResponse) -> Sight | None:
    """What was answered, if it is a page."""
    if answer.status_code not in SHOWN or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return None
    # A cookie of the test client's own: the window keeps none.
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return Sight(name, path, answer.status_code, answer.content, headers)


def of_route(world: World, route: str, language: str, *, typed: str = "") -> Iterator[Sight]:
    """
    A route in every state and by everybody, and its form when it is not taken.

    The form is sent empty; or, where something is `typed`, with that in each of its fields.
    """
    for address in addresses(world, route):
        for who in WHO:
            # Nobody has begun a drill where nothing was recorded yet.
            if who in world.people and 200 in expected(address, "get", who, world):
                yield from _of_address(
                    world.clients[who], address, f"{route} {address.state} by {who}", language, typed
                )


def _of_address(client: Client, address: Address, name: str, language: str, typed: str) -> Iterator[Sight]:
    with undone(), made() as forms:
        answer = in_language(client, language).get(address.path)
    if page := sight(name, address.path, answer):
        yield page
        if "POST" in address.declared.methods:
            sent = dict.fromkeys(fields_of(forms), typed) if typed else {}
            with undone():
                answer = client.post(address.path, sent)
            if page := sight(f"{name} not taken", address.path, answer):
                yield page


def in_language(client: Client, language: str) -> Any:
    """The same client, whose reader asks for a language: by the browser's settings, and by what was chosen in it."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client
