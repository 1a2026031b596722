"""Offering needs no consent; treatment has a basis that fits the student's age; a decline ends one offer alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.workflow import Invalid
from csec.directory.models import Agency, District, Student
from tests import make
from tests.cases.test_follow_referral import asked
from tests.cases.test_nobodys import signed_in
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

JUDGED = {
    "consent_basis": "professional_judgment",
    "treating_professional": "J. Okafor, LMFT",
    "parent_involvement": "None: the father is feared.",
}
#: AT is 20 November 2026. Birth date: the bases that may be entered.
ANY = {"not_treatment", "authority", "provider_decides"}
BASES: dict[date | None, set[str]] = {
    date(2014, 11, 21): ANY | {"guardian_consent"},  # twelve tomorrow
    date(2014, 11, 20): ANY | {"guardian_consent", "professional_judgment"},  # twelve today
    date(2008, 11, 21): ANY | {"guardian_consent", "professional_judgment"},  # eighteen tomorrow
    date(2008, 11, 20): ANY | {"own_consent"},  # eighteen today
    None: ANY | {"guardian_consent", "professional_judgment", "own_consent"},
}


def taken(case: Case, staff: make.Staff, **values: Any) -> set[str]:
    """The fields that cannot be taken; nothing is kept."""
    part = make.part(case, staff.counselor, "offer_referral")
    try:
        workflow.record_outcome(
            actor=staff.counselor,
            part=part,
            version=part.version,
            outcome="done",
            happened_at=AT,
            values=make.ACCEPTED | values,
            at=AT,
        )
    except Invalid as refused:
        return set(refused.fields)
    return set()


def test_of_two_rows_that_are_one_student_the_age_is_that_of_the_kept_one() -> None:
    staff = make.Staff()
    kept = make.student(staff.school, "Averie", "Brooke", birth_date=date(2014, 11, 21))
    Student.objects.filter(pk=staff.student.pk).update(birth_date=None)
    case = make.case(staff)
    make.merged(staff.administrator, kept, staff.student)
    assert taken(case, staff, **JUDGED) == {"consent_basis"}
    part = make.part(case, staff.counselor, "offer_referral")
    page = signed_in(staff.counselor).get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "The roster has no birth date of this student" not in page.content.decode()


@pytest.mark.parametrize("born", BASES, ids=str)
def test_the_basis_of_treatment_fits_the_age_on_that_day(born: date | None) -> None:
    staff = make.Staff()
    Student.objects.update(birth_date=born)
    case = make.case(staff)
    bases = ANY | {"guardian_consent", "professional_judgment", "own_consent"}
    wrong = bases - BASES[born]
    for basis in sorted(wrong):
        assert taken(case, staff, **(JUDGED | {"consent_basis": basis})) == {"consent_basis"}, basis
    for basis in sorted(BASES[born]):
        case = make.case(staff)
        assert taken(case, staff, **(JUDGED | {"consent_basis": basis})) == set(), basis


def test_a_professionals_judgment_is_named_and_says_what_part_a_parent_has() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for name in ("treating_professional", "parent_involvement"):
        assert taken(case, staff, **(JUDGED | {name: " "})) == {name}
    assert taken(case, staff, referral_answer="thinking") == {"referral_answer"}
    assert taken(case, staff, **JUDGED) == set()


def test_f_g_of_13_declines_a_referral_and_a_contact_with_a_parent() -> None:
    """Scenario 8: the offer ends and is asked again, the check-ins go on, and the report is not touched."""
    staff = make.Staff()
    make.district()
    Student.objects.update(given_name="F.", family_name="G.", birth_date=date(2013, 3, 1))
    case = make.case(staff)
    before = {name: make.part(case, staff.counselor, name) for name in ("report", "regular_contact")}
    make.record(case, staff.counselor, "offer_referral", "declined", reason="Not now.")
    make.record(case, staff.counselor, "consult", values={"limits_explained": True, "student_view": "No."})
    make.record(case, staff.counselor, "contact_guardian", "declined", reason="Refuses it.")
    offer = make.part(case, staff.counselor, "offer_referral")
    assert (offer.outcome, offer.next_on, offer.is_open) == ("declined", date(2026, 12, 20), False)
    for name, part in before.items():
        now = make.part(case, staff.counselor, name)
        assert (now.outcome, now.due_at, now.next_on) == ("", part.due_at, part.next_on)
    assert make.check_in(case, staff.counselor).state == "waiting"
    # Asked again then, and never late: it is the student's to decline.
    assert [asked(staff.counselor, days) for days in (29, 30, 40)] == [
        [],
        [("Offer it again", False)],
        [("Offer it again", False)],
    ]
    make.accepted(case, staff.counselor, at=AT + 40 * DAY)
    assert make.part(case, staff.counselor, "offer_referral").progress == "waiting"
    assert make.part(case, staff.counselor, "report").outcome == ""


def test_the_district_says_after_how_many_days_and_whoever_records_it_another_day() -> None:
    staff = make.Staff()
    make.district()
    District.objects.update(offer_again_days=10)
    case, other = make.case(staff), make.case(staff)
    make.record(case, staff.counselor, "offer_referral", "declined", reason="Not now.")
    assert make.part(case, staff.counselor, "offer_referral").next_on == date(2026, 11, 30)
    make.record(
        other,
        staff.counselor,
        "offer_referral",
        "declined",
        reason="Not now.",
        review_on=date(2027, 1, 11),
    )
    assert make.part(other, staff.counselor, "offer_referral").next_on == date(2027, 1, 11)


def test_an_accepted_one_is_not_offered_over() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    with conflict("recorded “Done”"):
        make.accepted(case, staff.counselor)


def post(client: Client, address: str, **typed: str) -> Any:
    data = {"version": "0", "outcome": "done", "happened_at": "2026-11-20T14:50"}
    answers = {f"field_{name}": value for name, value in make.ACCEPTED.items() if name != "provider"}
    return client.post(address, data | answers | typed)


def test_its_page_offers_the_districts_providers_or_another_and_says_whose_consent_it_takes() -> None:
    staff = make.Staff()
    Student.objects.update(birth_date=date(2016, 3, 1))
    for name, kind, day in (
        ("Harbor", "provider", date(2020, 1, 1)),
        ("Bayside", "provider", date(2100, 1, 1)),
        ("City police", "law_enforcement", date(2020, 1, 1)),
    ):
        Agency.objects.create(kind=kind, name=name, telephone="555-0165", verified_on=day)
    case = make.case(staff)
    part = make.part(case, staff.counselor, "offer_referral")
    client = signed_in(staff.counselor)
    address = reverse("cases:record_outcome", args=[case.pk, part.pk])
    page = client.get(address).content.decode()
    assert ("Harbor" in page, "Bayside" in page, "City police" in page) == (True, True, False)
    assert page.count("it may be wrong") == 1
    assert "Offering needs no consent." in page
    assert "A student under 12 does not consent to treatment" in page
    assert "Health and Safety Code 124260; Family Code 6924" in page
    both = post(client, address, listed_provider="Harbor", field_provider="Another one")
    assert (both.status_code, "Either choose one of the list" in both.content.decode()) == (422, True)
    assert post(client, address).status_code == 422
    assert post(client, address, listed_provider="Harbor").status_code == 302
    with invalid("provider"):
        make.accepted(make.case(staff), staff.counselor, provider="")
    entry = make.record(make.case(staff), staff.counselor, "offer_referral", values=make.ACCEPTED)
    assert make.evidence(entry, staff.counselor)["provider"] == "Harbor Youth Services"


def test_a_student_without_a_birth_date_is_said_to_have_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "offer_referral")
    page = signed_in(staff.counselor).get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "The roster has no birth date of this student" in page.content.decode()
