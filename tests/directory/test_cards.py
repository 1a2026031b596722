"""The cards for a moment in which nothing can be looked up: for anybody, also when nothing else works."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import make


def page(client: Client) -> str:
    answer = client.get(reverse("directory:cards"))
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def test_they_open_without_sign_in_and_without_the_database(client: Client) -> None:
    """No fixture lets this test ask PostgreSQL anything."""
    assert re.findall(r'<h2 id="(\w+)">', page(client)) == ["images", "office", "interview"]


def test_each_rule_says_where_it_comes_from(client: Client) -> None:
    rules = re.findall(r"<li>(.*?)</li>", page(client).partition('class="rules"')[2].partition("</main>")[0])
    assert len(rules) >= 15
    assert all('class="source"' in rule for rule in rules)


@pytest.mark.django_db
def test_each_is_one_click_away_from_every_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    for person in (staff.counselor, staff.sro, staff.administrator):
        client = Client()
        client.force_login(person)
        text = client.get(case.get_absolute_url()).content.decode()
        for card in ("images", "office", "interview"):
            assert f"{reverse('directory:cards')}#{card}" in text
