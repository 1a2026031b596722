"""
The cards and the emergency number are on every page that is of a case, whoever reads it.

So is, for whoever opened it in an emergency, that they did, until when, and the way to end it.
"""

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
BANNER = "Opened in an emergency, to read: until"
READERS = ("counselor", "administrator", "sro", "liaison", "emergency", "counsel")


def test_each_page_of_a_case_leads_to_the_cards_and_begins_with_the_emergency_number(world: World) -> None:
    cards = f'href="{reverse("directory:cards")}"'
    unseen, read_in_emergency = set(OF_A_CASE), 0
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
                if who == "emergency":
                    read_in_emergency += 1
                    assert BANNER in text, (route, address.state)
                    end = reverse("cases:end_emergency_access", args=[address.named["case_id"]])
                    assert f'action="{end}"' in text, (route, address.state)
                else:
                    assert BANNER not in text, (route, address.state, who)
    assert unseen == set()
    assert read_in_emergency > 10
