"""An accepted referral is looked at until it ends; how it stands is for the case, what was found for the counselor."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Referral, StepPart
from csec.accounts.models import User
from csec.directory.models import Agency
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.test_nobodys import first_screen, signed_in
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

#: AT is a Friday in November: two weeks later.
LOOK = date(2026, 12, 4)


def accepted(**values: Any) -> tuple[make.Staff, Case, StepPart]:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor, **values)
    return staff, case, make.part(case, staff.counselor, "offer_referral")


def asked(person: User, days: int) -> list[tuple[str, bool]]:
    """What the first screen asks of the offer after so many days, and whether it is late."""
    work = first_screen(person, AT + days * DAY)
    tasks = [*work.now, *work.late.shown, *work.next.shown]
    return [(str(task.prompt), task.late) for task in tasks if task.part.kind == "referral"]


def test_it_is_looked_at_after_the_districts_days_and_is_late_when_nobody_does() -> None:
    staff, _case, part = accepted()
    assert (part.progress, part.next_on) == ("waiting", LOOK)
    assert [asked(staff.counselor, days) for days in (13, 14, 15)] == [
        [],
        [("How does the referral go?", False)],
        [("How does the referral go?", True)],
    ]
    assert asked(staff.administrator, 15) == []


def test_each_look_stays_and_the_next_comes_until_it_ends() -> None:
    staff, case, part = accepted()
    make.district()
    later = AT + 14 * DAY
    workflow.follow_referral(actor=staff.counselor, part=part, state="began", note="Went twice.", at=later)
    now = make.reload(part, staff.counselor)
    assert (now.progress, now.next_on, now.outcome) == ("began", LOOK + 14 * DAY, "done")
    workflow.follow_referral(actor=staff.counselor, part=part, state="ended", at=later + DAY)
    now = make.reload(part, staff.counselor)
    assert (now.progress, now.next_on) == ("ended", None)
    with acting_as(staff.counselor.pk):
        looks = list(Referral.objects.filter(part=part))
        assert [(look.state, look.note(case.key)) for look in looks] == [
            ("began", "Went twice."),
            ("ended", ""),
        ]


def test_one_that_did_not_begin_says_why_and_is_offered_again() -> None:
    staff, case, part = accepted()
    with invalid("note"):
        workflow.follow_referral(actor=staff.counselor, part=part, state="did_not_begin", at=AT)
    with invalid("next_on"):
        workflow.follow_referral(
            actor=staff.counselor, part=part, state="waiting", next_on=AT.date() - 2 * DAY, at=AT
        )
    workflow.follow_referral(
        actor=staff.counselor, part=part, state="did_not_begin", note="A waiting list.", at=AT
    )
    make.accepted(case, staff.counselor, provider="Bayside")
    now = make.reload(part, staff.counselor)
    assert (now.progress, now.next_on) == ("waiting", LOOK)


def test_a_correction_does_not_begin_it_anew() -> None:
    staff, _case, part = accepted()
    workflow.follow_referral(actor=staff.counselor, part=part, state="began", at=AT)
    with acting_as(staff.counselor.pk):
        entry = part.entries.get()
    values = make.ACCEPTED | {"provider": "Bayside"}
    given = {
        "actor": staff.counselor,
        "entry": entry,
        "happened_at": AT,
        "at": AT,
        "reason": "A typing error.",
    }
    corrected = workflow.correct_entry(outcome="done", values=values, **given)
    assert make.reload(part, staff.counselor).progress == "began"
    workflow.correct_entry(outcome="declined", **(given | {"entry": corrected}))
    assert make.reload(part, staff.counselor).progress == ""


def test_the_help_goes_on_when_the_case_is_reclassified() -> None:
    staff, case, part = accepted()
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )
    assert ("How does the referral go?", False) in asked(staff.counselor, 14)
    page = signed_in(staff.counselor).get(case.get_absolute_url()).content.decode()
    assert reverse("cases:follow_referral", args=[case.pk, part.pk]) in page
    workflow.follow_referral(actor=staff.counselor, part=part, state="began", at=AT)


def test_the_administrator_reads_how_it_stands_and_the_officer_nothing() -> None:
    staff, case, part = accepted()
    make.asked_in(case, staff.counselor, staff.sro)
    workflow.follow_referral(actor=staff.counselor, part=part, state="began", note="Went twice.", at=AT)
    seen = {}
    for name in ("counselor", "administrator", "sro"):
        person = getattr(staff, name)
        with acting_as(person.pk):
            rows = Referral.objects.count()
        page = signed_in(person).get(case.get_absolute_url()).content.decode()
        seen[name] = (rows, "Began" in page, "Harbor Youth" in page)
    assert seen == {
        "counselor": (1, True, True),
        "administrator": (0, True, False),
        "sro": (0, False, False),
    }
    with pytest.raises(NotPermitted):
        workflow.follow_referral(actor=staff.administrator, part=part, state="ended", at=AT)


def test_without_an_accepted_one_there_is_nothing_to_look_at() -> None:
    staff = make.Staff()
    part = make.part(make.case(staff), staff.counselor, "offer_referral")
    with conflict("No referral was accepted here"):
        workflow.follow_referral(actor=staff.counselor, part=part, state="began", at=AT)


def test_its_page_has_the_providers_number_and_says_when_that_is_old() -> None:
    staff, case, part = accepted()
    today = date.today()  # noqa: DTZ011 - long ago on any day
    Agency.objects.create(
        kind="provider",
        name=make.ACCEPTED["provider"],
        telephone="555-0165",
        verified_on=today - timedelta(days=400),
    )
    client = Client()
    client.force_login(staff.counselor)
    address = reverse("cases:follow_referral", args=[case.pk, part.pk])
    page = client.get(address).content.decode()
    assert "555-0165" in page
    assert "it may be wrong" in page
    assert client.post(address, {"state": "did_not_begin"}).status_code == 422
    assert client.post(address, {"state": "began", "note": "Went once."}).status_code == 302
    assert "Went once." in client.get(address).content.decode()
