"""From suspected to confirmed, row by row of the protocol; and nothing that was done is lost."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case, StepPart
from cases.workflow.steps import asked_fields
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

CONFIRMED_AT = AT + timedelta(days=3)


def confirm(staff: make.Staff, case: Case, to: str = "confirmed_victim") -> None:
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to=to,
        basis="law_enforcement",
        decided_by="The counselor and the administrator",
        reason="The police confirmed it.",
        at=CONFIRMED_AT,
    )


def record(case: Case, actor: Any, name: str, outcome: str = "done", **given: Any) -> None:
    part = make.part(case, actor, name)
    workflow.record_outcome(
        actor=actor, part=part, version=part.version, outcome=outcome, happened_at=AT, at=AT, **given
    )


def reported(staff: make.Staff, case: Case) -> None:
    values = {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services", "reference": "R-1"}
    record(case, staff.counselor, "report", values=values)


def of_step(staff: make.Staff, case: Case, number: int) -> list[StepPart]:
    return make.parts(case, staff.counselor, run__ended_at__isnull=True, step_number=number)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("notify", "S1"), ("respond", "S1"), ("report", "S2"), ("impact", "S3"), ("website", "S4"),
        ("consult", "S5"), ("decide_contact", "S5"), ("contact_guardian", "S5"), ("offer_referral", "S6"),
        ("regular_contact", "S7"),
    ],
)  # fmt: skip
def test_each_part_of_the_confirmed_track_knows_the_one_it_follows(new: str, old: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff, case)
    with acting_as(staff.counselor.pk):
        part = StepPart.objects.select_related("corresponds_to__run").get(
            case=case, part=new, run__ended_at__isnull=True
        )
    assert part.corresponds_to is not None
    assert part.corresponds_to.run.track == "suspected_victim"
    assert f"S{part.corresponds_to.step_number}" == old


@pytest.mark.parametrize("number", [4, 8])
def test_c4_and_c8_are_new(number: int) -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff, case)
    assert [part.corresponds_to_id for part in of_step(staff, case, number)] == [None]


def test_s1_is_asked_again_although_it_was_done() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    confirm(staff, case)
    assert make.part(case, staff.counselor, "notify").outcome == ""


def test_c2_asks_whether_it_is_new_a_supplement_or_the_same_when_s2_was_reported() -> None:
    staff = make.Staff()
    case = make.case(staff)
    reported(staff, case)
    confirm(staff, case)
    part = make.part(case, staff.counselor, "report")
    values = {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"}
    given = {"actor": staff.counselor, "part": part, "version": 0, "outcome": "done", "happened_at": AT}
    with pytest.raises(workflow.Invalid) as missing:
        workflow.record_outcome(**given, values=values, at=CONFIRMED_AT)
    assert set(missing.value.fields) == {"against_earlier"}
    for reason in ({}, {"earlier_report": " "}):
        with pytest.raises(workflow.Invalid) as unexplained:
            workflow.record_outcome(
                **given, values=values | {"against_earlier": "same_information"} | reason, at=CONFIRMED_AT
            )
        assert set(unexplained.value.fields) == {"earlier_report"}


@pytest.mark.parametrize(
    "answer",
    [
        {"against_earlier": "new_report"},
        {"against_earlier": "supplement"},
        {"against_earlier": "same_information", "earlier_report": "R-1 of Friday; nothing has been added."},
    ],
)
def test_c2_takes_each_of_the_three_answers(answer: dict[str, str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    reported(staff, case)
    confirm(staff, case)
    part = make.part(case, staff.counselor, "report")
    values = {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"} | answer
    entry = workflow.record_outcome(
        actor=staff.counselor,
        part=part,
        version=0,
        outcome="done",
        happened_at=AT,
        values=values,
        at=CONFIRMED_AT,
    )
    kept = make.evidence(entry, staff.counselor)
    assert {name: kept.get(name) for name in answer} == answer


def test_c2_does_not_ask_for_an_earlier_report_when_there_was_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff, case)
    with acting_as(staff.counselor.pk):
        fields = asked_fields(
            make.as_seen(case, staff.counselor),
            StepPart.objects.select_related("run", "corresponds_to").get(
                case=case, part="report", run__ended_at__isnull=True
            ),
        )
    assert "against_earlier" not in {field.name for field in fields}


def test_new_information_starts_the_36_hours_anew_after_a_report() -> None:
    staff = make.Staff()
    case = make.case(staff)
    reported(staff, case)
    confirm(staff, case)
    assert make.part(case, staff.counselor, "report").due_at == CONFIRMED_AT + timedelta(hours=36)


def test_a_report_that_was_not_made_keeps_its_first_clock() -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff, case)
    assert make.part(case, staff.counselor, "report").due_at == AT + timedelta(hours=36)


def test_c3_is_investigated_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    record(
        case,
        staff.administrator,
        "impact",
        values={"areas_checked": ["harassment"], "impact_found": False},
    )
    confirm(staff, case)
    assert [part.outcome for part in of_step(staff, case, 3)] == [""]


def test_c5_drops_the_condition_of_s4() -> None:
    staff = make.Staff()
    case = make.case(staff)
    definition = case.protocol.definition
    assert "not_applicable" in definition.part("suspected_victim", "website").outcomes
    assert "not_applicable" not in definition.part("confirmed_victim", "website").outcomes


def test_c6_is_decided_and_consulted_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    values = {"limits_explained": True, "student_view": "Not yet."}
    record(case, staff.counselor, "consult", values=values)
    confirm(staff, case)
    assert [part.outcome for part in of_step(staff, case, 6)] == ["", "", ""]
    with pytest.raises(workflow.Conflict):
        record(
            case,
            staff.counselor,
            "contact_guardian",
            values={"guardian_contacted": "The mother"},
        )


def test_a_referral_declined_before_is_offered_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    record(case, staff.counselor, "offer_referral", outcome="declined", reason="Not now.")
    confirm(staff, case)
    assert make.part(case, staff.counselor, "offer_referral").outcome == ""


def test_regular_contact_goes_on_with_the_date_it_had() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", review_on=date(2026, 11, 25))
    confirm(staff, case)
    assert make.part(case, staff.counselor, "regular_contact").next_on == date(2026, 11, 25)


def test_what_was_finished_stays_as_it_was_and_what_was_open_is_superseded() -> None:
    staff = make.Staff()
    case = make.case(staff)
    reported(staff, case)
    confirm(staff, case)
    earlier = make.parts(case, staff.counselor, run__ended_at__isnull=False)
    outcomes = {part.part: part.outcome for part in earlier}
    assert outcomes.pop("report") == "done"
    assert set(outcomes.values()) == {"superseded"}


def test_nothing_more_is_recorded_on_the_earlier_track() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "consult")
    confirm(staff, case)
    with pytest.raises(workflow.Conflict, match="conflict") as told:
        workflow.record_outcome(
            actor=staff.counselor,
            part=part,
            version=0,
            outcome="declined",
            happened_at=AT,
            reason="No.",
            at=AT,
        )
    assert "Casey Counselor reclassified this case" in str(told.value.words)


def test_the_way_back_is_a_new_run_with_a_reason_and_the_contact_goes_on() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    make.record(case, staff.counselor, "regular_contact", review_on=date(2026, 11, 25))
    with pytest.raises(workflow.Invalid):
        workflow.reclassify(
            actor=staff.counselor, case=case, to="suspected_victim", reason="", at=CONFIRMED_AT
        )
    confirm(staff, case, to="suspected_victim")
    part = make.part(case, staff.counselor, "regular_contact")
    assert part.step_number == 7
    assert part.next_on == date(2026, 11, 25)


def test_a_student_suspected_of_recruiting_is_never_made_a_victim() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    with pytest.raises(workflow.Invalid):
        confirm(staff, case)
