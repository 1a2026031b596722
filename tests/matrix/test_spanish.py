"""Every page in Spanish, of everybody who may open it: no sentence of ours is left in English."""

from html import unescape

import pytest

from tests import catalog
from tests.matrix.asking import undone
from tests.matrix.cells import addresses
from tests.matrix.test_pages import PAGES
from tests.matrix.world import WHO, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]


@pytest.mark.parametrize("route", PAGES)
def test_a_page_asked_for_in_spanish_is_in_spanish(route: str, world: World) -> None:
    for who in WHO:
        for address in addresses(world, route):
            if who != "nobody" and address.thing is not None and not address.thing.people.get(who):
                continue
            if address.state == "drill" and address.thing is not None:
                # What is told in a drill is written once, in the language in which it was begun.
                continue
            # What was said of an earlier request was said in English.
            world.clients[who].cookies.pop("messages", None)
            with undone():
                answer = world.clients[who].get(address.path, headers={"Accept-Language": "es"})
            if answer.content and answer.headers["Content-Type"].startswith("text/html"):
                page = unescape(answer.content.decode())
                assert '<html lang="es">' in page, address.path
                assert catalog.in_english(page) == [], f"{route} {address.state} by {who}"
