"""What must hold from practice is said on the page where it matters, one thing after the other."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

Where = Callable[[make.Staff, Case, Concern], str]


def _of_case(verb: str) -> Where:
    return lambda staff, case, concern: reverse(f"cases:{verb}", args=[case.pk])


def _of_part(verb: str, name: str, person: str = "counselor") -> Where:
    def where(staff: make.Staff, case: Case, concern: Concern) -> str:
        return reverse(f"cases:{verb}", args=[case.pk, make.part(case, getattr(staff, person), name).pk])

    return where


def _page(name: str) -> Where:
    return lambda staff, case, concern: reverse(name)


def _concern(staff: make.Staff, case: Case, concern: Concern) -> str:
    return concern.get_absolute_url()


SAID: dict[str, tuple[str, Where, list[str]]] = {
    "1 call first": ("counselor", _of_case("case"), ["Call now: not yet called", "ritten report "]),
    "2 emergency first": ("", _page("directory:emergency_card"), ["911"]),
    "3 each for themselves": ("counselor", _concern, ["somebody else may have called does not take it"]),
    "4 never by whom": ("administrator", _of_case("timeline"), ["never by whom"]),
    "5 the front office": (
        "counselor",
        _of_case("suspect_parent"),
        ["before dismissal ask Child Welfare or the police", "do not refuse"],
    ),
    "6 the website": (
        "sro",
        _of_part("record_outcome", "website", "sro"),
        ["Only the officer&#x27;s own information", "with a legal basis"],
    ),
    "7 counseling": ("sro", _of_case("timeline"), ["Nothing of it is shown to an SRO."]),
    "8 whatever the SRO does": (
        "counselor",
        _of_part("request_sro", "notify"),
        ["Telephone Child Welfare Services whatever the SRO does.", "city police officer"],
    ),
    "9 suspicion": ("teacher", _page("cases:log_concern"), ["if you reasonably suspect, report"]),
    "10 an offer": ("counselor", _of_part("record_outcome", "offer_referral"), ["needs no consent"]),
    "11 danger and freeze": (
        "counselor",
        _of_case("case"),
        ["tell the minimum now to those who can protect"],
    ),
    "12 the safe way": (
        "counselor",
        _of_part("record_checkin", "regular_contact"),
        ["Leave no voicemail and write no text"],
    ),
    "13 attendance": (
        "counselor",
        _of_part("record_checkin", "regular_contact"),
        ["does not read attendance: an absence counts here when somebody enters it"],
    ),
    "14 no interviews": (
        "teacher",
        _page("cases:log_concern"),
        ["before the forensic interview", "before they speak"],
    ),
    "15 business days": ("administrator", _page("cases:log_records_request"), ["business days"]),
}


@pytest.mark.parametrize("item", SAID)
def test_it_is_said_where_it_matters(item: str) -> None:
    staff = make.Staff()
    case, concern = make.case(staff), make.concern(staff)
    make.asked_in(case, staff.counselor, staff.sro) if item[0] in "67" else None
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="As was said.", at=AT)
    person, where, words = SAID[item]
    client = Client()
    if person:
        client.force_login(getattr(staff, person))
    shown = client.get(where(staff, case, concern)).content.decode()
    places = [shown.find(one) for one in words]
    assert -1 not in places, words
    assert places == sorted(places)
