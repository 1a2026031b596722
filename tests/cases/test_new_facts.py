"""New facts ask again for what was called insufficient evidence; facts of the school's need a basis."""

from datetime import timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case, Release, StepPart
from csec.directory.models import District
from csec.identity import acting_as
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)
FOUND = {"areas_checked": ["recruitment"], "impact_found": True}


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def insufficient(staff: make.Staff, track: str = "suspected_victim") -> Case:
    """A case whose officer said that there is no sufficient evidence to enter."""
    case = make.case(staff, track)
    by = staff.administrator if track == "suspected_recruiter" else staff.counselor
    request = make.asked_in(case, by, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    make.record(case, staff.sro, "website", "not_applicable", reason="Not sufficient.")
    return case


def website(case: Case, staff: make.Staff) -> StepPart:
    return make.part(case, staff.sro, "website")


def reopened(case: Case, staff: make.Staff) -> bool:
    """Whether the officer is asked again; then they read no more than that facts came in."""
    part = website(case, staff)
    if part.outcome:
        assert part.outcome == "not_applicable"
        return False
    with acting_as(staff.sro.pk):
        last = part.entries.latest("number")
    assert make.evidence(last, staff.sro) == {"reason": "New facts came in."}
    return True


def test_a_concern_that_is_attached_and_what_is_added_to_one(staff: make.Staff) -> None:
    case = insufficient(staff)
    first = make.concern(staff, account="A motel on 5th.")
    workflow.attach_concern(actor=staff.counselor, concern=first, case=case, reason="Same.", at=LATER)
    assert reopened(case, staff)
    make.record(case, staff.sro, "website", "not_applicable", reason="Still not.", at=LATER)
    workflow.supplement_concern(actor=staff.teacher, concern=first, account="The plate.", at=LATER)
    assert not reopened(case, staff)
    workflow.accept_concern(actor=staff.counselor, concern=first, at=LATER)
    assert reopened(case, staff)


@pytest.mark.parametrize("track", ["suspected_recruiter", "suspected_victim"])
def test_what_was_found_on_campus(staff: make.Staff, track: str) -> None:
    case = insufficient(staff, track)
    make.record(case, staff.administrator, "impact", values=FOUND | {"impact_found": False}, at=LATER)
    assert not reopened(case, staff)
    case = insufficient(staff, track)
    make.record(case, staff.administrator, "impact", values=FOUND, at=LATER)
    assert reopened(case, staff)


def test_what_the_officer_reports_back_and_an_entry_that_is_corrected(staff: make.Staff) -> None:
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    entry = make.record(case, staff.administrator, "impact", values=FOUND | {"impact_found": False})
    make.record(case, staff.sro, "website", "not_applicable", reason="Not sufficient.")
    report = {"actor": staff.sro, "request": request, "at": LATER}
    workflow.report_back(**report, version=0, values={"report_back": "cannot_share"})
    assert not reopened(case, staff)
    workflow.report_back(**report, version=1, values={"report_back": "investigating"})
    assert reopened(case, staff)
    make.record(case, staff.sro, "website", "not_applicable", reason="Still not.", at=LATER)
    workflow.correct_entry(
        actor=staff.administrator,
        entry=entry,
        outcome="done",
        happened_at=AT,
        values=FOUND,
        reason="Two came forward.",
        at=LATER,
    )
    assert reopened(case, staff)


def test_what_is_entered_stays_entered(staff: make.Staff) -> None:
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    entered(case, staff, information_used="officers_own")
    make.record(case, staff.administrator, "impact", values=FOUND, at=LATER)
    assert website(case, staff).outcome == "done"


def entered(case: Case, staff: make.Staff, **values: Any) -> dict[str, Any]:
    entry = make.record(case, staff.sro, "website", values={"entered_on": AT.date()} | values)
    return make.evidence(entry, staff.sro)


def test_facts_of_the_school_need_a_basis_and_are_kept_by_their_kind_alone(staff: make.Staff) -> None:
    District.objects.create(name="Redwood District", website_name="Tip line of the county")
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    with invalid("release_basis", "facts_given"):
        entered(case, staff, information_used="school_minimum")
    with invalid("facts_given"):
        entered(case, staff, information_used="school_minimum", release_basis="court_order")
    kept = entered(
        case,
        staff,
        information_used="school_minimum",
        release_basis="court_order",
        facts_given=["places", "vehicle"],
    )
    assert kept == {
        "entered_on": AT.date().isoformat(),
        "information_used": "school_minimum",
        "release_basis": "court_order",
        "facts_given": ["places", "vehicle"],
    }
    # It is a release of information, which those who answer for the case read, and the officer does not.
    with acting_as(staff.administrator.pk):
        [release] = Release.objects.filter(case=case)
        words = release.words(case.key)
    assert (release.recipient_kind, release.basis, release.by_id, release.left_at) == (
        "law_enforcement",
        "court_order",
        staff.sro.pk,
        AT,
    )
    assert words == {
        "recipient": "Tip line of the county",
        "what": "Places and times, A vehicle",
        "interest": "For law enforcement, to find and protect the student",
    }
    with acting_as(staff.sro.pk):
        assert not Release.objects.exists()
    asked = {field.name: field.type for field in case.protocol.definition.field_sets["website"]}
    # Nothing that is asked could hold what was entered.
    assert "note" not in asked.values()
    assert [name for name, kind in asked.items() if kind == "text"] == ["website_reference"]


def test_of_the_officers_own_information_nothing_more_is_asked(staff: make.Staff) -> None:
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    assert entered(case, staff, information_used="officers_own")["information_used"] == "officers_own"
    with acting_as(staff.administrator.pk):
        assert not Release.objects.exists()
