"""The protocol opens for anyone, also without a database, and keeps printed words and reading apart."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from protocols import loader, wording
from protocols.schema import Due, Part


@pytest.fixture
def page(client: Client) -> str:
    """No test here asks for the database, so any query is an error."""
    response = client.get(reverse("protocols:protocol"))
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """What is read: no tags, single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", html)))


def test_every_printed_text_is_on_the_page_outside_the_reading(page: str) -> None:
    printed = words(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))
    for track in loader.shipped(date(2026, 3, 2)).tracks:
        assert track.title in printed
        for step in track.steps:
            assert step.text in printed
            assert step.note in printed


def test_the_reading_is_marked_as_reading_and_folded_away(page: str) -> None:
    readings = re.findall(r"<details.*?</details>", page, flags=re.DOTALL)
    assert len(readings) == 3
    assert all("Not the page's words" in words(reading) for reading in readings)
    outside = words(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))
    assert "within 36 hours" not in outside
    assert "within 36 hours of first knowing or suspecting" in words(readings[1])


def test_of_a_time_that_the_district_may_set_the_reading_says_so(page: str) -> None:
    said = words(page)
    assert "Ask the SRO, the same school day (or as the district has set it)" in said
    assert "Look into the impact on campus, within 2 school days (or as the district has set it)" in said
    # The officer, the campus, in each of three columns; the hours of the law are nobody's to set.
    assert said.count("(or as the district has set it)") == 6
    assert "within 36 hours of first knowing or suspecting (or" not in said


def test_a_condition_is_emphasized_in_its_own_text(page: str) -> None:
    assert "Provide school consequence <em>if appropriate</em>, and law enforcement" in page


def test_the_title_and_the_address_are_neutral(page: str) -> None:
    title = re.search(r"<title>(.*?)</title>", page, flags=re.DOTALL)
    assert title is not None
    assert title[1].strip() == "Protocol · Lantern"
    assert "csec" not in reverse("protocols:protocol").lower()


def test_the_page_sets_no_cookie(client: Client) -> None:
    assert not client.get(reverse("protocols:protocol")).cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_can_only_be_read(client: Client, method: str) -> None:
    assert getattr(client, method)(reverse("protocols:protocol")).status_code == 405


def test_no_definition_in_force_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="2011-08-26"):
        loader.shipped(date(2011, 8, 26))


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (Due(school_days=0), "the same school day"),
        (Due(school_days=1), "within 1 school day"),
        (Due(school_days=2), "within 2 school days"),
        (Due(hours=1), "within 1 hour"),
        (Due(hours=36, after="known"), "within 36 hours of first knowing or suspecting"),
    ],
)
def test_a_time_is_said_in_words(due: Due, said: str) -> None:
    assert wording.due(due) == said


def test_every_actor_and_outcome_of_the_shipped_definition_has_words() -> None:
    parts: list[Part] = [
        part for track in loader.shipped(date(2026, 3, 2)).tracks for _, part in track.parts()
    ]
    assert all(wording.actors(part) and wording.outcomes(part) for part in parts)
