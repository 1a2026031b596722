"""What stands on a page: of cases and concerns only those that its reader sees, and of their messages as well."""

import pytest
from django.urls import reverse

import district.workflow
from cases.workflow import VERBS
from tests.matrix.asking import undone
from tests.matrix.cells import addresses, routes
from tests.matrix.eyes import Eyes, Stored
from tests.matrix.forms import ID
from tests.matrix.world import WHO, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

PAGES = [name for name, pattern in routes() if "GET" in pattern.callback.declared.methods]  # type: ignore[attr-defined]


@pytest.mark.parametrize("route", PAGES)
def test_a_page_leads_to_no_case_and_no_concern_that_is_not_its_readers(
    route: str, world: World, stored: Stored
) -> None:
    cases, concerns = ({row["id"] for row in stored[table]} for table in ("cases_case", "cases_concern"))
    for who in WHO:
        eyes = Eyes(world, who, stored)
        for address in addresses(world, route):
            if who == "nobody" or not (address.thing is None or address.thing.people.get(who)):
                continue
            with undone():
                page = world.clients[who].get(address.path)
            named = set(ID.findall(page.content.decode()))
            where = f"{route} {address.state} by {who}"
            assert {one for one in named & cases if not eyes.role(one)} <= set(), where
            assert {one for one in named & concerns if not eyes.concern(one)} <= set(), where


@pytest.mark.parametrize(
    "route", [name for name in PAGES if name.split(":")[-1] in VERBS | district.workflow.VERBS]
)
def test_every_form_that_opens_has_its_help_beside_it(route: str, world: World) -> None:
    for address in addresses(world, route):
        for who in WHO:
            with undone():
                page = world.clients[who].get(address.path)
            if page.status_code == 200:
                assert page.content.decode().count('class="more help"') == 1, f"{address.path} by {who}"
                break  # the page is the same form for whoever else may open it


@pytest.mark.parametrize(
    "who", ["counselor", "social_worker", "sro", "administrator", "liaison", "elsewhere", "excluded"]
)
def test_the_history_of_the_reminders_shows_the_messages_that_one_may_know_of(
    who: str, world: World, stored: Stored
) -> None:
    eyes = Eyes(world, who, stored)
    with undone():
        page = world.clients[who].get(reverse("cases:reminders")).context["page"]
    shown = {str(line.message.pk) for line in page.rows}
    assert shown == {row["id"] for row in stored["delivery_message"] if eyes.message(row)}
