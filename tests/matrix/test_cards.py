"""The cards and the emergency number are on every page that is of a case, whoever reads it."""

import pytest
from django.urls import reverse

from tests.matrix.asking import undone
from tests.matrix.cells import addresses, routes
from tests.matrix.posts import with_counsel
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

OF_A_CASE = [
    name
    for name, pattern in routes()
    if "case_id" in pattern.pattern.converters and "GET" in pattern.callback.declared.methods  # type: ignore[attr-defined]
]
READERS = ("counselor", "administrator", "sro", "liaison", "emergency", "counsel")


def test_each_page_of_a_case_leads_to_the_cards_and_begins_with_the_emergency_number(world: World) -> None:
    cards = f'href="{reverse("directory:cards")}"'
    unseen = set(OF_A_CASE)
    for route in OF_A_CASE:
        for address in addresses(world, route):
            for who in READERS if address.state in ("own", "closed") else ():
                with undone():
                    if who == "counsel" and address.state == "own":
                        with_counsel(world)
                    page = world.clients[who].get(address.path)
                if page.status_code != 200:
                    continue
                unseen.discard(route)
                text = page.content.decode()
                assert cards in text, (route, address.state, who)
                assert 'href="tel:911"' in text, (route, address.state, who)
    assert unseen == set()
