"""The shipped definition says what the printed page says, and its correspondences are those of the page."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from protocols.schema import Protocol, digest, parse

HERE = Path(__file__).parent
DEFINITIONS = HERE.parents[1] / "protocols" / "definitions"
SHIPPED = DEFINITIONS / "csec-2011-08-27-3.toml"
# What was published once never changes: a new version is a new file and a new line here.
PUBLISHED = {
    "csec-2011-08-27.toml": "ba02fb61bb1cabad40fc5cdab4c8ddcb46828a21d656496a8ed69d049726c5a9",
    "csec-2011-08-27-2.toml": "407aed3d5d1abdf9651cd7aa910f36f6e7726b194adbdef2ad1a23bef108a88f",
    "csec-2011-08-27-3.toml": "8028c0e4f212e4f7fcb541dc49bbf6bb95c999a99b378ec3dea4bc51ef747a26",
}

Row = tuple[int, str, str, str]


@pytest.fixture(scope="module")
def shipped() -> Protocol:
    return parse(SHIPPED.read_text(encoding="utf-8"), file=SHIPPED.name)


def printed_columns() -> dict[str, list[Row]]:
    """The tables of printed_page.md: heading -> rows of number, text, condition, note."""
    columns: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in (HERE / "printed_page.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rows = columns.setdefault(line.removeprefix("## "), [])
        elif re.match(r"\| \d", line):
            number, text, condition, note = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append((int(number), text, condition, note))
    return columns


def test_every_text_is_the_printed_one_to_the_letter(shipped: Protocol) -> None:
    defined = {
        f"{track.letter} · {track.title}": [(s.number, s.text, s.condition, s.note) for s in track.steps]
        for track in shipped.tracks
    }
    assert defined == printed_columns()


def test_the_columns_stand_in_the_printed_order_with_their_numbers_of_steps(shipped: Protocol) -> None:
    assert [(t.id, len(t.steps)) for t in shipped.tracks] == [
        ("suspected_recruiter", 4),
        ("suspected_victim", 7),
        ("confirmed_victim", 8),
    ]


def test_title_and_date_are_the_printed_ones(shipped: Protocol) -> None:
    page = (HERE / "printed_page.md").read_text(encoding="utf-8")
    assert f"\n{shipped.title}\n" in page
    assert f"\nUpdated: {shipped.updated}\n" in page


def test_every_condition_is_in_the_words_of_its_own_text(shipped: Protocol) -> None:
    assert all(step.condition in step.text for track in shipped.tracks for step in track.steps)


def test_what_was_published_once_is_still_the_same() -> None:
    found = {path.name: digest(path.read_text(encoding="utf-8")) for path in DEFINITIONS.glob("*.toml")}
    assert found == PUBLISHED


def test_the_third_reading_says_of_the_second_one_thing_anew() -> None:
    """Who reports is said as the pages say it; what is asked, of whom and by when is the same to the letter."""
    second, third = (
        parse((DEFINITIONS / name).read_text(encoding="utf-8"), file=name)
        for name in ("csec-2011-08-27-2.toml", "csec-2011-08-27-3.toml")
    )
    steps = [
        (before, after)
        for was, now in zip(second.tracks, third.tracks, strict=True)
        for before, after in zip(was.steps, now.steps, strict=True)
        if before != after
    ]
    assert [(one.acts, other.acts) for one, other in steps] == [
        ("the mandated reporter who learned of it", "the mandated reporter who first knew or suspected")
    ]
    assert [replace(one, acts="") for one, _other in steps] == [
        replace(other, acts="") for _one, other in steps
    ]
    assert (third.field_sets, third.in_force_from) == (second.field_sets, second.in_force_from)


# Part of the confirmed column -> the part of the suspected column that it follows, and what is carried over.
CORRESPONDENCES = {
    (1, "notify"): (1, "notify", "again"),
    (1, "respond"): (1, "respond", "again"),
    (2, "report"): (2, "report", "report_again"),
    (3, "impact"): (3, "impact", "again"),
    (4, "investigate"): None,
    (5, "website"): (4, "website", "condition_dropped"),
    (6, "consult"): (5, "consult", "decide_again"),
    (6, "decide_contact"): (5, "decide_contact", "decide_again"),
    (6, "contact_guardian"): (5, "contact_guardian", "decide_again"),
    (7, "offer_referral"): (6, "offer_referral", "offer_again"),
    (7, "regular_contact"): (7, "regular_contact", "continue"),
    (8, "placement"): None,
}


def test_each_confirmed_part_follows_its_suspected_part(shipped: Protocol) -> None:
    numbers = {part.id: step.number for step, part in shipped.track("suspected_victim").parts()}
    found: dict[tuple[int, str], tuple[int, str, str] | None] = {}
    for step, part in shipped.track("confirmed_victim").parts():
        track_id, _, part_id = part.follows.partition("/")
        assert track_id in ("", "suspected_victim")
        found[step.number, part.id] = (numbers[part_id], part_id, part.carry) if part_id else None
    assert found == CORRESPONDENCES


def test_nothing_follows_on_the_other_columns(shipped: Protocol) -> None:
    for track_id in ("suspected_recruiter", "suspected_victim"):
        assert not any(part.follows for _, part in shipped.track(track_id).parts())


def test_every_suspected_part_has_a_part_that_follows_it(shipped: Protocol) -> None:
    followed = {part.follows for _, part in shipped.track("confirmed_victim").parts()} - {""}
    assert followed == {
        f"suspected_victim/{part.id}" for _, part in shipped.track("suspected_victim").parts()
    }


def test_a_confirmed_report_and_entry_in_the_website_are_unconditional(shipped: Protocol) -> None:
    for part_id in ("report", "website"):
        assert "not_applicable" in shipped.part("suspected_victim", part_id).outcomes
        assert "not_applicable" not in shipped.part("confirmed_victim", part_id).outcomes


def test_a_report_is_due_36_hours_after_the_person_knew_and_asks_for_the_call_first(
    shipped: Protocol,
) -> None:
    for track_id in ("suspected_victim", "confirmed_victim"):
        part = shipped.part(track_id, "report")
        assert part.due is not None
        assert (part.due.hours, part.due.after, part.prompt) == (36, "known", "Call now: not yet called")
        assert (part.actors, part.compartment, part.gate) == (("mandated_reporter",), "reporter", None)


def test_others_see_of_a_report_only_the_agency_and_when_it_was_telephoned(shipped: Protocol) -> None:
    fields = shipped.fields_of(shipped.part("suspected_victim", "report"))
    assert [field.name for field in fields if field.shared] == ["phoned_at", "agency"]


def test_an_officer_reports_back_in_one_of_four_words(shipped: Protocol) -> None:
    fields = {field.name: field for field in shipped.fields_of(shipped.part("suspected_victim", "respond"))}
    assert [choice.value for choice in fields["report_back"].choices] == [
        "investigating",
        "referred",
        "closed",
        "cannot_share",
    ]


def test_a_consequence_waits_for_the_screening_and_contact_with_a_parent_for_the_student(
    shipped: Protocol,
) -> None:
    gates = {
        (track.letter, part.id): part.gate.parts
        for track in shipped.tracks
        for _, part in track.parts()
        if part.gate is not None
    }
    assert gates == {
        ("R", "consequence"): ("screen",),
        ("S", "contact_guardian"): ("consult", "decide_contact"),
        ("C", "contact_guardian"): ("consult", "decide_contact"),
    }


def test_what_the_officer_the_counselor_and_the_reporter_record_stays_in_their_own_compartment(
    shipped: Protocol,
) -> None:
    wanted = {
        "report": "reporter",
        "sro_response": "sro",
        "website": "sro",
        "investigation": "sro",
        "consultation": "counseling",
        "referral": "counseling",
        "contact": "counseling",
    }
    for track in shipped.tracks:
        for _, part in track.parts():
            assert part.compartment == wanted.get(part.kind, "team"), part.id


def test_the_same_name_is_the_same_fact_with_the_same_answers(shipped: Protocol) -> None:
    seen: dict[str, tuple[str, tuple[object, ...]]] = {}
    for fields in shipped.field_sets.values():
        for field in fields:
            assert seen.setdefault(field.name, (field.type, field.choices)) == (field.type, field.choices)


def test_no_set_of_fields_takes_longer_than_a_minute(shipped: Protocol) -> None:
    assert max(len(fields) for fields in shipped.field_sets.values()) <= 8


def test_every_set_of_fields_is_asked_for_by_a_part(shipped: Protocol) -> None:
    assert {part.fields for track in shipped.tracks for _, part in track.parts()} == set(shipped.field_sets)
