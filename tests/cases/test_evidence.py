"""A rejected example for each type of evidence; what is rejected leaves nothing half-saved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cases import evidence, workflow
from cases.models import Alert, CheckIn, Entry
from csec.identity import acting_as
from protocols.schema import Choice, Field
from tests import make
from tests.make import AT

TODAY = date(2026, 11, 20)
CHOICES = (Choice("yes", "Yes"), Choice("no", "No"))


def fault(kind: str, value: Any, **more: Any) -> str:
    field = Field(name="fact", label="Fact", type=kind, choices=CHOICES if "choice" in kind else (), **more)  # type: ignore[arg-type]
    wrong = evidence.check((field,), "done", {"fact": value}, at=AT, today=TODAY)
    return str(wrong.get("fact", ""))


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("text", "x" * 201, "at most 200 characters, this has 201"),
        ("text", "Bell \x07 rings", "characters that cannot be shown"),
        ("text", "NUL \x00", "characters that cannot be shown"),
        ("text", 7, "in the form the field asks for"),
        ("note", "x" * 5001, "at most 5000 characters, this has 5001"),
        ("note", "Escape \x1b[0m", "characters that cannot be shown"),
        ("choice", "maybe", "Choose one of the answers"),
        ("choice", ["yes"], "Choose one of the answers"),
        ("choices", ["yes", "maybe"], "Choose one of the answers"),
        ("choices", "yes", "Choose one of the answers"),
        ("date", "2026-11-20", "in the form the field asks for"),
        ("date", AT, "in the form the field asks for"),
        ("date", date(1026, 11, 20), "after the year 2000"),
        ("moment", AT + timedelta(minutes=1), "lies in the future"),
        ("moment", AT.replace(tzinfo=None), "in the form the field asks for"),
        ("moment", datetime(1926, 11, 20, tzinfo=UTC), "after the year 2000"),
        ("yes_no", "yes", "in the form the field asks for"),
    ],
)
def test_a_value_that_cannot_be_taken_says_why(kind: str, value: Any, words: str) -> None:
    assert words in fault(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Child Welfare Services"),
        ("note", "Two lines,\nand a tab:\t."),
        ("choice", "yes"),
        ("choices", ["yes", "no"]),
        ("date", TODAY),
        ("moment", AT),
        ("yes_no", False),
    ],
)
def test_a_value_that_fits_is_taken(kind: str, value: Any) -> None:
    assert fault(kind, value, required_for=("done",)) == ""


@pytest.mark.parametrize("nothing", [None, "", [], "  ", "\n\t"])
def test_what_is_required_for_the_outcome_has_to_be_filled_in(nothing: Any) -> None:
    assert fault("text", nothing, required_for=("done",)) == "Fill this in."
    assert fault("text", nothing, required_for=("unable",)) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "given", "fields"),
    [
        ("report", {"values": {"phoned_at": AT, "written_at": AT}}, {"agency"}),
        ("report", {"values": {"phoned_at": AT, "agency": "CWS"}}, {"written_at"}),
        ("report", {"values": {"phoned_at": AT, "written_at": AT, "agency": "  "}}, {"agency"}),
        (
            "report",
            {"values": {"phoned_at": AT + timedelta(hours=1), "written_at": AT, "agency": "CWS"}},
            {"phoned_at", "written_at"},
        ),
        (
            "report",
            {"values": {"phoned_at": AT, "written_at": AT, "agency": "CWS", "diagnosis": "none"}},
            {"diagnosis"},
        ),
        (
            "report",
            {"values": {"phoned_at": AT, "agency": "CWS", "written_at": AT - timedelta(hours=1)}},
            {"written_at"},
        ),
        (
            "report",
            {"values": {"phoned_at": AT, "written_at": AT, "agency": "CWS"}, "outcome": "declined"},
            {"outcome"},
        ),
        ("report", {"outcome": "not_applicable", "values": {}}, {"reason"}),
        ("report", {"outcome": "unable", "values": {}, "reason": "Line busy."}, {"review_on"}),
        (
            "report",
            {"outcome": "unable", "values": {}, "reason": "Busy.", "review_on": TODAY - timedelta(days=1)},
            {"review_on"},
        ),
        (
            "report",
            {"outcome": "unable", "values": {}, "reason": "Busy.", "review_on": TODAY + timedelta(days=400)},
            {"review_on"},
        ),
        (
            "report",
            {"values": {"phoned_at": AT, "written_at": AT, "agency": "CWS"}, "reason": "\x07"},
            {"reason"},
        ),
        (
            "report",
            {
                "values": {"phoned_at": AT, "written_at": AT, "agency": "CWS"},
                "happened_at": AT + timedelta(days=1),
            },
            {"happened_at"},
        ),
        ("notify", {"values": {}}, {"outcome"}),
    ],
)
def test_an_entry_that_cannot_be_taken_saves_nothing(
    name: str, given: dict[str, Any], fields: set[str]
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, name)
    with pytest.raises(workflow.Invalid) as refused:
        workflow.record_outcome(
            **{
                "actor": staff.counselor,
                "part": part,
                "version": 0,
                "outcome": "done",
                "happened_at": AT,
                "at": AT,
            }
            | given
        )
    assert set(refused.value.fields) == fields
    with acting_as(staff.counselor.pk):
        assert Entry.objects.count() == 0
    assert make.reload(part, staff.counselor).version == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"seen": False}, {"reason"}),
        ({"seen": False, "reason": "  "}, {"reason"}),
        ({"seen": False, "reason": "\x07"}, {"reason", "why_not_seen"}),
        ({"values": {"student_safe": "perhaps"}}, {"student_safe"}),
        ({"values": {"status": "x" * 5001}}, {"status"}),
        ({"values": {"safe_way": "x" * 201}}, {"safe_way"}),
        ({"values": {"diagnosis": "none"}}, {"diagnosis"}),
        ({"happened_at": AT + timedelta(minutes=1)}, {"happened_at"}),
        ({"happened_at": datetime(1, 1, 1, 12, tzinfo=UTC)}, {"happened_at"}),
        ({"next_on": TODAY - timedelta(days=1)}, {"next_on"}),
        ({"next_on": TODAY + timedelta(days=121)}, {"next_on"}),
        ({"next_on": date.max}, {"next_on"}),
    ],
    ids=[
        "no-reason",
        "blank-reason",
        "reason-unreadable",
        "no-such-answer",
        "status-too-long",
        "way-too-long",
        "not-asked",
        "in-the-future",
        "long-ago",
        "next-in-the-past",
        "next-too-far",
        "next-at-the-end-of-time",
    ],
)
def test_a_check_in_that_cannot_be_taken_saves_nothing(given: dict[str, Any], fields: set[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "regular_contact")
    with pytest.raises(workflow.Invalid) as refused:
        workflow.record_checkin(
            **{
                "actor": staff.counselor,
                "part": part,
                "version": 0,
                "seen": True,
                "happened_at": AT,
                "at": AT,
            }
            | given
        )
    assert set(refused.value.fields) == fields
    with acting_as(staff.counselor.pk):
        assert Entry.objects.count() == 0
        assert Alert.objects.count() == 0
        assert CheckIn.objects.get().state == "waiting"
    assert make.reload(part, staff.counselor).version == 0


@pytest.mark.django_db
def test_a_correction_names_what_it_corrects_and_both_stay() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    first = workflow.record_outcome(
        actor=staff.counselor,
        part=part,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Servces"},
        at=AT,
    )
    second = workflow.correct_entry(
        actor=staff.counselor,
        entry=first,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"},
        reason="A typing error.",
        at=AT,
    )
    assert second.corrects_id == first.pk
    assert make.evidence(first, staff.counselor)["agency"] == "Child Welfare Servces"
    assert make.evidence(second, staff.counselor) == {
        "phoned_at": AT.isoformat(),
        "written_at": AT.isoformat(),
        "agency": "Child Welfare Services",
        "reason": "A typing error.",
    }
    with pytest.raises(workflow.Conflict):
        workflow.correct_entry(
            actor=staff.counselor, entry=first, outcome="reopened", happened_at=AT, reason="Again.", at=AT
        )


@pytest.mark.django_db
def test_the_state_of_a_part_is_that_of_its_latest_entry() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    entry = workflow.record_outcome(
        actor=staff.administrator,
        part=part,
        version=0,
        outcome="unable",
        happened_at=AT,
        reason="Nobody there.",
        review_on=TODAY,
        at=AT,
    )
    now = make.reload(part, staff.administrator)
    assert (now.outcome, now.next_on, now.is_open, now.version) == ("unable", TODAY, True, 1)
    workflow.correct_entry(
        actor=staff.administrator, entry=entry, outcome="reopened", happened_at=AT, reason="Mistake.", at=AT
    )
    now = make.reload(part, staff.administrator)
    assert (now.outcome, now.next_on, now.is_open, now.version) == ("", None, True, 2)


@pytest.mark.django_db
def test_the_gate_of_the_definition_holds_back_done_and_nothing_else() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "contact_guardian")
    values = {"guardian_contacted": "The mother"}
    given = {"actor": staff.counselor, "part": part, "version": 0, "happened_at": AT, "at": AT}
    with pytest.raises(workflow.Conflict) as held:
        workflow.record_outcome(**given, outcome="done", values=values)
    assert "Still missing: The student’s own view" in str(held.value.words)
    workflow.record_outcome(**given, outcome="not_applicable", reason="Withheld: Child Welfare advised so.")
