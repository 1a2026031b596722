"""A summary for outside of the district: made once, read by whoever made it, and kept as a release of information."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Release, Transfer
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.around import safety_plan
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_it_is_looked_at_made_and_recorded_as_a_release_and_the_case_stays_with_the_liaison_beside_it() -> (
    None
):
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    client, path = Client(), reverse("cases:send_summary", args=[case.pk])
    client.force_login(staff.counselor)
    typed: dict[str, Any] = {
        "recipient_kind": "other_school",
        "recipient": "Ms. Okafor, Cypress High",
        "basis": "other_school",
        "interest": "She enrolls there on Monday.",
        "sections": ["needs"],
        "needs": "A quiet room.",
    }
    looked_at = client.post(path, typed)
    assert looked_at.status_code == 200
    assert [one.section for one in looked_at.context["preview"]] == ["who", "needs"]
    assert "Make it, to print and hand over" in looked_at.content.decode()
    made = client.post(path, typed | {"read": looked_at.context["form"].data["read"]}, follow=True)
    assert "A quiet room." in made.content.decode()
    assert "Made, not sent. Print it now and hand it to the recipient yourself" in made.content.decode()
    with acting_as(staff.counselor.pk):
        transfer, release = Transfer.objects.get(), Release.objects.get()
        words = release.words(make.as_seen(case, staff.counselor).key)
    assert (transfer.kind, transfer.state) == ("outside", "open")
    assert (release.recipient_kind, release.basis, release.by) == (
        "other_school",
        "other_school",
        staff.counselor,
    )
    assert words["recipient"] == "Ms. Okafor, Cypress High"
    assert "What the student needs at school" in words["what"]
    assert make.as_seen(case, staff.liaison).is_open
    client.force_login(staff.liaison)
    assert "nobody has acknowledged them yet" in client.get(reverse("home")).content.decode()


def test_what_is_known_of_safety_is_offered_and_the_way_that_the_student_called_safe_within_the_district() -> (
    None
):
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"safe_way": "A note in the locker."})
    safety_plan(case, staff.counselor, arrival="By the side door.")

    def offered(name: str) -> str:
        client = Client()
        client.force_login(staff.counselor)
        form = client.get(reverse(f"cases:{name}", args=[case.pk])).context["form"]
        return str(form["safety"].value())

    assert "Arriving: By the side door." in offered("send_summary")
    assert "locker" not in offered("send_summary")
    assert "Contact only this way: A note in the locker." in offered("offer_transfer")


def test_only_whoever_made_it_reads_it_and_only_for_as_long_as_it_is_printed() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    new = make.sent(
        case, staff.counselor, at=now - timedelta(minutes=59), sections=["needs"], needs="A quiet room."
    )
    client = Client()
    for person, reads in ((staff.counselor, True), (staff.administrator, False)):
        client.force_login(person)
        page = client.get(reverse("cases:transfer", args=[new.pk])).content.decode()
        assert ("A quiet room." in page) is reads
    other = make.case(staff, at=now - timedelta(days=1))
    old = make.sent(
        other, staff.counselor, at=now - timedelta(minutes=61), sections=["needs"], needs="A quiet room."
    )
    client.force_login(staff.counselor)
    assert "A quiet room." not in client.get(reverse("cases:transfer", args=[old.pk])).content.decode()


def test_once_it_is_not_printed_any_more_the_pages_lead_to_withdrawing_it_and_making_it_again() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    client = Client()
    client.force_login(staff.counselor)
    transfers = reverse("cases:transfers_of_case", args=[case.pk])
    made = make.sent(case, staff.counselor, at=database_now() - timedelta(minutes=59))
    printed = reverse("cases:transfer", args=[made.pk])
    withdraw = reverse("cases:withdraw_transfer", args=[case.pk, made.pk])
    assert f'href="{printed}">Read and print it' in client.get(transfers).content.decode()
    client.post(withdraw, {"reason": "Lost."})
    made = make.sent(case, staff.counselor, at=database_now() - timedelta(minutes=61))
    printed = reverse("cases:transfer", args=[made.pk])
    withdraw = reverse("cases:withdraw_transfer", args=[case.pk, made.pk])
    page = client.get(transfers).content.decode()
    assert "It is not printed any more." in page
    assert "Waits for an answer" not in page
    assert f'href="{printed}"' not in page
    assert f'href="{withdraw}"' in page
    assert f'href="{withdraw}"' in client.get(printed).content.decode()
    assert "correct it there" in client.get(withdraw).content.decode()
    after = client.post(withdraw, {"reason": "Not handed over."}, follow=True).content.decode()
    assert "a summary can be made again" in after
    assert reverse("cases:send_summary", args=[case.pk]) in after


def test_somebody_else_is_told_who_prints_it_and_until_when() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    made = make.sent(case, staff.counselor, at=database_now())
    client = Client()
    client.force_login(staff.administrator)
    page = client.get(reverse("cases:transfer", args=[made.pk])).content.decode()
    assert f"{staff.counselor.name} alone can read and print it, until" in page


def test_nothing_of_the_counselors_section_leaves_the_district() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("sections"):
        make.sent(case, staff.counselor, sections=["counseling"])
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:send_summary", args=[case.pk])).content.decode()
    assert "restricted section" not in page


@pytest.mark.parametrize("kind", ["parent", "student"])
def test_a_parent_or_student_asks_for_the_record_instead(kind: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("recipient_kind"):
        make.sent(case, staff.counselor, recipient_kind=kind)
    with invalid("basis"):
        make.sent(case, staff.counselor, basis="access")
    with acting_as(staff.counselor.pk):
        assert not Release.objects.exists()
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:send_summary", args=[case.pk])).content.decode()
    assert f'value="{kind}"' not in page


def test_in_an_emergency_the_threat_and_whom_it_was_told_to_protect_are_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    told = {"sections": ["needs"], "needs": "Quiet.", "basis": "emergency"}
    with invalid("threat", "persons"):
        make.sent(case, staff.counselor, **told)
    make.sent(case, staff.counselor, **told, threat="He waits at the gate.", persons="Her, at the gate.")


@pytest.mark.parametrize("field", ["recipient", "interest", "basis", "recipient_kind", "needs"])
def test_what_the_law_asks_of_a_release_is_asked(field: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(field):
        make.sent(case, staff.counselor, **{"sections": ["needs"], "needs": "Quiet."} | {field: ""})
    with acting_as(staff.counselor.pk):
        assert not Transfer.objects.exists()


def test_while_a_parent_may_be_involved_counsel_alone_sends_it_and_the_handoff_inside_goes_on() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    with conflict("Letters are frozen in this case"):
        make.sent(case, staff.counselor)
    sent = make.sent(case, staff.counsel)
    workflow.withdraw_transfer(actor=staff.counselor, case=case, transfer=sent, reason="Lost.", at=AT)
    make.offered(case, staff.counselor, staff.elsewhere)
