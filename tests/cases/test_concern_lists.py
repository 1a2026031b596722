"""The lists of concerns go on as far as there are any: none of them ends without a word."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Concern
from cases.reading.concerns import SIZE
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

CONCERNS = reverse("cases:concerns")
MORE = SIZE + 1


def many(staff: make.Staff, author: User) -> list[Concern]:
    """One more than a page holds, the oldest first."""
    return [make.concern(staff, author=author, at=AT - (MORE - n) * DAY) for n in range(MORE)]


def read(person: User, query: str = "") -> dict[str, Any]:
    """Of each list on the page the concerns, by their ids; and where each goes on."""
    client = Client()
    client.force_login(person)
    answer = client.get(CONCERNS + query)
    found = {name: [row.pk for row in page.rows] for name, page in answer.context["pages"].items()}
    goes_on = [
        unescape(one) for one in re.findall(r'rel="next" href="([^"#]+)#list"', answer.content.decode())
    ]
    return found | {"goes_on": goes_on}


def ended(staff: make.Staff) -> None:
    with acting_as(staff.counselor.pk):
        Concern.objects.update(status=Concern.Status.CLOSED, ended_at=AT, ended_by=staff.counselor)


def test_what_waits_goes_on_behind_the_longest_wait() -> None:
    staff = make.Staff()
    concerns = [one.pk for one in many(staff, staff.teacher)]
    first = read(staff.counselor)
    assert first["waiting"] == concerns[:SIZE]
    assert (first["ended"], first["written"]) == ([], [])
    (further,) = first["goes_on"]
    assert read(staff.counselor, further) == {"waiting": concerns[SIZE:], "goes_on": []}


def test_what_was_dealt_with_goes_on_behind_the_latest() -> None:
    staff = make.Staff()
    concerns = [one.pk for one in reversed(many(staff, staff.teacher))]
    ended(staff)
    first = read(staff.counselor)
    assert (first["waiting"], first["ended"]) == ([], concerns[:SIZE])
    (further,) = first["goes_on"]
    assert read(staff.counselor, further) == {"ended": concerns[SIZE:], "goes_on": []}


def test_what_one_recorded_goes_on_for_whoever_only_reports_as_well() -> None:
    staff = make.Staff()
    concerns = [one.pk for one in reversed(many(staff, staff.teacher))]
    first = read(staff.teacher)
    (further,) = first.pop("goes_on")
    assert first == {"written": concerns[:SIZE]}
    assert read(staff.teacher, further) == {"written": concerns[SIZE:], "goes_on": []}
    # What others hold is no list of theirs, and what is no list narrows nothing.
    for query in ("?which=waiting", "?which=x&after=1.2", "?after=" + further.partition("after=")[2]):
        assert read(staff.teacher, query)["written"] == concerns[:SIZE], query
    assert "waiting" not in read(staff.teacher, "?which=waiting")


def test_each_list_goes_on_by_a_name_of_its_own() -> None:
    staff = make.Staff()
    many(staff, staff.counselor)
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(CONCERNS).content.decode()
    assert len(read(staff.counselor)["goes_on"]) == 2
    names = re.findall(r'<nav class="pages" aria-label="([^"]+)">', page)
    assert names == ["Pages: Waiting for you", "Pages: Recorded by you"]
