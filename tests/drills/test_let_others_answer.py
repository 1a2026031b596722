"""The invented colleagues do what waits for them, and leave to the learner what the learner can do."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases import kinds, permissions, workflow
from cases.models import Case, ReportDuty, SroRequest, StepPart
from cases.workflow.steps import asked_fields
from csec.accounts.models import User
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from drills.words import invented
from protocols.loader import load
from tests import make, reviews
from tests.conftest import LOADED_AT
from tests.drills.learning import Learner

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"
TRACKS = ["suspected_victim", "confirmed_victim", "suspected_recruiter"]


@pytest.fixture(params=["printed", pytest.param("other", marks=pytest.mark.thorough)])
def protocol(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The printed protocol, and one with other numbers, other parts and other fields."""
    if request.param == "other":
        (tmp_path / "other.toml").write_text(OTHER.read_text())
        load(tmp_path, at=LOADED_AT)


def still_open(learner: Learner) -> set[str]:
    case = learner.case
    with acting_as(learner.twin.pk):
        rows = StepPart.objects.filter(case=case, run__ended_at__isnull=True, outcome__in=["", "unable"])
        return set(rows.values_list("part", flat=True))


def owes(learner: Learner) -> bool:
    with acting_as(learner.twin.pk):
        return ReportDuty.objects.filter(person=learner.twin, ended_at__isnull=True).exists()


def own_parts(learner: Learner) -> list[StepPart]:
    """What waits in the case and is the learner's to do."""
    case = learner.case
    with acting_as(learner.twin.pk):
        rows = StepPart.objects.select_related("run", "corresponds_to", "case").filter(
            case=case, run__ended_at__isnull=True, outcome=""
        )
        return [part for part in rows.order_by("position") if permissions.acts_as(case.my_role, part)]


def does_their_own(learner: Learner) -> None:
    """The learner enters what is theirs, in printed order, as far as it can be entered yet."""
    twin, at = learner.twin, database_now()
    with acting_as(twin.pk):
        duties = list(ReportDuty.objects.filter(person=twin, ended_at__isnull=True))
    for duty in duties:
        made = {"agency": "Child Welfare Services", "made_at": at}
        workflow.confirm_joint_report(actor=twin, duty=duty, **made, at=at)
    for part in own_parts(learner):
        if part.kind in kinds.DUTIES or kinds.DONE_BY.get(part.kind) == "report_back":
            continue
        case = learner.case
        with acting_as(twin.pk):
            values = invented(asked_fields(case, part, at), twin, case.school, at=at)
        given: dict[str, Any] = {
            "actor": twin,
            "part": part,
            "version": part.version,
            "values": values,
            "at": at,
        }
        if part.kind in kinds.ASKS_OFFICER:
            workflow.request_sro(officer=learner.people()["Ori Officer"], **given)
        elif part.kind in kinds.SCHEDULED:
            workflow.record_checkin(seen=True, happened_at=at, **given)
        else:
            try:
                workflow.record_outcome(outcome="done", happened_at=at, **given)
            except (workflow.Conflict, workflow.Invalid):
                # Something of another's comes first.
                continue


def closes(learner: Learner) -> None:
    at = database_now()
    workflow.close_case(
        actor=learner.twin,
        case=learner.case,
        outcome="no_longer_needed",
        reason="Over.",
        last_look="Well.",
        left_open={},
        at=at,
    )


def closed(learner: Learner) -> bool:
    return learner.case.status == Case.Status.CLOSED


EACH_TRACK = pytest.mark.parametrize(
    "track", [TRACKS[0], *(pytest.param(track, marks=pytest.mark.thorough) for track in TRACKS[1:])]
)


@EACH_TRACK
def test_a_counselor_comes_from_the_concern_to_the_close(track: str, protocol: None) -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor).begins(track)
    confirmed = {"basis": "disclosure", "decided_by": "Casey"} if track == "confirmed_victim" else {}
    workflow.open_case(
        actor=learner.twin,
        concern=learner.concern,
        track=track,
        reason="It fits.",
        at=database_now(),
        **confirmed,
    )
    come_to_the_end(learner)
    closes(learner)
    assert closed(learner)


@pytest.mark.thorough
@EACH_TRACK
def test_an_administrator_comes_from_the_case_to_the_close(track: str, protocol: None) -> None:
    learner = Learner(make.Staff().administrator).begins(track)
    come_to_the_end(learner)
    closes(learner)
    assert closed(learner)


def come_to_the_end(learner: Learner) -> None:
    for _turn in range(4):
        does_their_own(learner)
        learner.lets_the_others_answer()
        if not still_open(learner) and not owes(learner):
            return
    raise AssertionError(f"Still open: {still_open(learner)}")


@EACH_TRACK
def test_an_officer_comes_from_the_request_to_the_close(track: str, protocol: None) -> None:
    """Whoever carries the case closes it, once the officer has nothing left to do."""
    learner = Learner(make.Staff().sro).begins(track)
    learner.lets_the_others_answer()
    assert not closed(learner)
    twin = learner.twin
    with acting_as(twin.pk):
        request = SroRequest.objects.select_related("part__run", "case").get(officer=twin)
    workflow.accept_request(actor=twin, request=request, at=database_now())
    [answers] = [part for part in own_parts(learner) if kinds.DONE_BY.get(part.kind) == "report_back"]
    workflow.report_back(
        actor=twin,
        request=request,
        version=answers.version,
        values={"report_back": "referred"},
        at=database_now(),
    )
    for _turn in range(3):
        does_their_own(learner)
        learner.lets_the_others_answer()
    assert closed(learner)


@pytest.mark.thorough
def test_who_reports_has_a_case_opened_and_closed_over_nothing_of_theirs() -> None:
    staff = make.Staff()
    learner = Learner(staff.teacher).begins()
    twin, at = learner.twin, database_now()
    with acting_as(twin.pk):
        [school] = list(twin.schools)
        student = school.students.get()
    given = {"school": school, "student": student, "first_known_at": at, "account": "A car."}
    workflow.log_concern(actor=twin, concern_id=school.pk, **given, at=at)
    assert "Cam Counselor: opened a case" in learner.lets_the_others_answer()
    assert learner.concern.status == "attached"
    with acting_as(twin.pk):
        assert ReportDuty.objects.filter(person=twin, ended_at__isnull=True).count() == 1


@pytest.mark.thorough
def test_an_officer_who_declines_is_asked_again() -> None:
    learner = Learner(make.Staff().sro).begins()
    twin = learner.twin
    with acting_as(twin.pk):
        request = SroRequest.objects.select_related("part__run", "case").get(officer=twin)
    workflow.decline_request(actor=twin, request=request, reason="On leave.", at=database_now())
    assert "Ask the SRO" in learner.lets_the_others_answer()
    with acting_as(twin.pk):
        assert SroRequest.objects.filter(officer=twin, answer="").count() == 1


def test_a_question_of_a_review_is_answered() -> None:
    learner = Learner(make.Staff().administrator).begins()
    reviews.question(learner.case, learner.twin, at=database_now())
    assert "Cam Counselor: reported" in (said := learner.lets_the_others_answer())
    assert "answered what was asked" in said


@pytest.mark.thorough
def test_a_case_that_is_offered_to_the_next_school_is_taken_over_there() -> None:
    learner = Learner(make.Staff().administrator).begins()
    there = learner.people()["Noor Nextschool"]
    with acting_as(learner.twin.pk):
        make.offered(learner.case, learner.twin, there, at=database_now())
    assert "Noor Nextschool: took the case over" in learner.lets_the_others_answer()
    with acting_as(there.pk):
        assert Case.objects.visible_to(there).get().number.startswith("DRILL-")


def test_what_the_learner_can_do_is_left_to_the_learner() -> None:
    learner = Learner(make.Staff().administrator).begins()
    before = {part.part for part in own_parts(learner) if part.kind not in kinds.DUTIES}
    learner.lets_the_others_answer()
    assert before == {part.part for part in own_parts(learner) if part.kind not in kinds.DUTIES}


def test_each_deed_is_in_the_log_as_its_own() -> None:
    learner = Learner(make.Staff().administrator).begins()
    events = Event.objects.using("owner")
    before = events.count()
    learner.lets_the_others_answer()
    made = list(events.order_by("number")[before:])
    deeds = [event for event in made if event.actor not in (learner.twin.pk, None)]
    assert len(deeds) > 4
    assert len({event.request for event in deeds}) == len(deeds)
    assert {event.actor for event in deeds} <= {person.pk for person in learner.people().values()}


def test_where_nothing_waits_the_page_says_whose_turn_it_is_and_comes_back() -> None:
    learner = Learner(make.Staff().administrator).begins()
    learner.lets_the_others_answer()
    assert "what is next is yours" in learner.lets_the_others_answer()
    here = learner.case.get_absolute_url()
    assert learner.post("let_others_answer", back=here)["Location"] == here
    assert learner.post("let_others_answer", back="https://example.org/")["Location"] == reverse("home")


def test_out_of_a_drill_there_is_nobody_to_answer() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - timedelta(hours=1))
    learner = Learner(staff.counselor)
    assert learner.post("let_others_answer")["Location"] == reverse("drills:drill")
    assert all(not part.outcome for part in make.parts(case, staff.administrator, part="impact"))


def test_somebody_else_is_not_answered_for() -> None:
    """A learner's colleagues are those of their own drill."""
    staff = make.Staff()
    first, second = Learner(staff.administrator).begins(), Learner(staff.sro).begins()
    before = still_open(second)
    first.lets_the_others_answer()
    assert still_open(second) == before


def reported(person: User) -> int:
    with acting_as(person.pk):
        return ReportDuty.objects.filter(person=person, ended_at__isnull=False).count()


def test_each_of_the_others_reports_for_themselves() -> None:
    learner = Learner(make.Staff().administrator).begins()
    learner.lets_the_others_answer()
    people = learner.people()
    assert {name: reported(people[name]) for name in ("Toni Teacher", "Cam Counselor")} == {
        "Toni Teacher": 1,
        "Cam Counselor": 1,
    }
