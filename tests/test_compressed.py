"""Pages come compressed, and repeat nothing of their address, so that their length says nothing of what they hold."""

import gzip
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db

GUESS = "zqxjkvwpfy"


def test_a_page_comes_compressed_to_whoever_takes_it_so_and_differs_in_length_each_time() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    plain = client.get(case.get_absolute_url())
    assert "Content-Encoding" not in plain.headers
    found = [client.get(case.get_absolute_url(), headers={"Accept-Encoding": "gzip, br"}) for _n in range(8)]
    for answer in found:
        assert answer["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer["Vary"]
        assert answer["Cache-Control"] == "no-store"
        assert len(answer.content) < len(plain.content) / 3
        assert case.number in gzip.decompress(answer.content).decode()
    assert len({len(answer.content) for answer in found}) > 1


def test_no_page_that_tells_of_a_student_repeats_what_its_address_says() -> None:
    staff = make.Staff()
    case = make.case(staff)
    asked: dict[str, Any] = dict.fromkeys(
        (
            *("after", "all", "before", "corrects", "days", "for", "kind", "late", "mine", "next", "number"),
            *(
                "page",
                "same_student",
                "school",
                "sort",
                "state",
                "track",
                "which",
                "student",
                "student_query",
            ),
        ),
        GUESS,
    )
    of_case = ("case", "timeline", "case_reports", "safety", "parents_of_case", "links", "reviews_of_case")
    of_case += ("record_release", "record_interview", "transfers_of_case", "releases_of_case", "make_paper")
    paths = [reverse(f"cases:{name}", args=[case.pk]) for name in of_case]
    paths += [reverse(f"cases:{name}") for name in ("cases", "concerns", "all_schools", "cases_to_review")]
    paths += [
        reverse("home"),
        reverse("cases:figures"),
        reverse("cases:reminders"),
        reverse("cases:log_concern"),
    ]
    client = Client()
    opened = 0
    for person in (staff.counselor, staff.liaison):
        client.force_login(person)
        for path in paths:
            answer = client.get(path, asked)
            opened += answer.status_code == 200
            assert GUESS not in answer.content.decode(), path
    assert opened > len(paths)
    page = client.get(reverse("cases:begin_emergency_access"), asked).content.decode()
    assert GUESS not in page
    assert case.number not in page
