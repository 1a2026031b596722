"""The cards are one touch away on each page of a case, for whoever may open it and in whatever state it is."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.accounts.models import User
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

CARDS = reverse("directory:cards")


class Open(HTMLParser):
    """The links of a page that no summary has to open first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.closed, self.links = 0, set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.closed += tag == "details"
        if tag == "a" and not self.closed:
            self.links.add(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self.closed -= tag == "details"


def pages_without(case: Case, person: User) -> list[str]:
    """The page of a case and all to which it leads within the case, on which the cards are behind something."""
    client, home = Client(), case.get_absolute_url()
    client.force_login(person)
    left, seen, without = [home], {home}, []
    while left:
        path = left.pop()
        response = client.get(path)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        page = response.content.decode()
        if CARDS not in Open(page).links:
            without.append(path)
        if path == home:
            found = set(re.findall(rf'href="({home}[^"#?]*)"', page)) - seen
            seen |= found
            left += sorted(found)
    assert len(seen) > 5
    return without


@pytest.mark.thorough
def test_whoever_may_open_a_case_has_them_on_each_of_its_pages() -> None:
    staff = make.Staff()
    case = make.with_liaison(make.case(staff), staff)
    make.asked_in(case, staff.counselor, staff.sro)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Doubts.", at=AT)
    for person in (staff.counselor, staff.administrator, staff.sro, staff.liaison, staff.counsel):
        assert pages_without(case, person) == [], person.name


def test_they_are_there_of_a_case_that_was_closed_or_is_void_as_well() -> None:
    staff = make.Staff()
    closed, void = make.another_case(staff, at=AT), make.with_liaison(make.case(staff), staff)
    make.reported(closed, staff.counselor)
    make.closed(closed, staff.counselor)
    workflow.void_case(actor=staff.liaison, case=void, reason="A mistake.", at=AT)
    assert pages_without(closed, staff.counselor) == []
    assert pages_without(void, staff.liaison) == []
