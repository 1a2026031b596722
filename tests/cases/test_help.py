"""Every form, and every step of a case, has its help: what it asks for, why, and where that comes from."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from django.urls import reverse

import district.workflow
from cases.help import KINDS, SUBJECTS, VERBS, help_with, steps_of
from cases.help.roles import HOW_THIS_WORKS
from cases.help.words import Help
from cases.kinds import DONE_BY, SCHEDULED
from cases.models import Case
from cases.workflow import VERBS as WORKFLOW
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.audit.models import Event
from protocols.loader import DEFINITIONS, read
from protocols.schema import Kind, Part, Step, Track
from tests import make
from tests.test_plain_words import never_said
from tests.test_routes import routes

TEMPLATES = Path(__file__).parents[2] / "templates"

ALL = [one for subject in SUBJECTS for one in subject.helps]
#: The verbs of both rooms whose page is a form: it can be opened, and not only sent.
FORMS = {
    str(pattern.name)
    for pattern in routes()
    if pattern.name in WORKFLOW | district.workflow.VERBS and "GET" in pattern.callback.declared.methods  # type: ignore[attr-defined]
}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read_page(person: User, path: str) -> str:
    answer = signed_in(person).get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def helps_on(page: str) -> list[str]:
    """The helps beside the form of a page, in plain words."""
    found = re.findall(r'<details class="more help">(.*?)</details>', page, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def says_where_it_comes_from(one: Help) -> bool:
    return (
        (one.printed or bool(one.sources)) and all(map(str, one.sources)) and all(r.source for r in one.rules)
    )


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_that_a_definition_can_name_has_help_with_its_source(kind: str) -> None:
    one = KINDS[kind]
    assert one.about
    assert one.asks
    assert one.why
    assert says_where_it_comes_from(one)


@pytest.mark.parametrize("verb", sorted(FORMS - {"record_outcome"}))
def test_every_verb_with_a_form_has_help_with_its_source(verb: str) -> None:
    one = VERBS[verb]
    assert one.about
    assert one.asks
    assert one.why
    assert says_where_it_comes_from(one)


def test_what_ends_any_part_has_the_help_of_its_kind_and_no_help_is_about_nothing() -> None:
    assert {kind: help_with("record_outcome", kind) for kind in KINDS} == KINDS
    assert set(KINDS) == set(get_args(Kind))
    assert set(VERBS) == FORMS - {"record_outcome"}
    names = [one.name for one in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("source", read(DEFINITIONS), ids=lambda source: source.protocol.version)
def test_every_part_of_a_published_protocol_is_found_under_its_step(source: Any) -> None:
    protocol = source.protocol
    for track in protocol.tracks:
        for step, part in track.parts():
            assert f"{track.letter}{step.number}" in steps_of(KINDS[part.kind], protocol), part.id


def test_a_kind_that_a_verb_of_its_own_ends_has_one_help_on_both_pages() -> None:
    for kind, verb in [*DONE_BY.items(), *((kind, "record_checkin") for kind in SCHEDULED)]:
        assert VERBS[verb] is KINDS[kind], kind


def test_no_help_knows_a_step_by_its_number_or_uses_a_word_that_no_page_says() -> None:
    lines = [line for roles in HOW_THIS_WORKS.values() for line in roles]
    said = [*lines, *(w for one in ALL for w in (one.about, one.asks, one.why, one.example))]
    said += [words for one in ALL for rule in one.rules for words in (rule.words, rule.source)]
    for words in map(str, said):
        assert not re.search(r"\b[A-Z]\d\b|\bsteps? \d", words), words
        assert never_said(words) == [], words


def test_a_help_is_short_enough_to_be_read() -> None:
    for one in ALL:
        sentences = re.findall(r"[.!?](?=\s|$|”)", re.sub(r"[ap]\.m\.", "", str(one.asks)))
        assert 1 <= len(sentences) <= 4, one.name
        assert len(str(one.asks).split()) <= 80, one.name
        assert len(str(one.why).split()) <= 45, one.name


@pytest.mark.parametrize("role", list(Role))
def test_a_new_colleague_of_each_role_reads_ten_lines_at_most(role: Role) -> None:
    assert 5 <= len(HOW_THIS_WORKS[role]) <= 10


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_the_page_of_every_verb_has_a_place_for_its_help(verb: str) -> None:
    room = "cases" if verb in WORKFLOW else "district"
    text = (TEMPLATES / room / f"{verb}.html").read_text()
    while "{% help_beside %}" not in text and "{% block content %}" not in text:
        text = (TEMPLATES / re.findall(r'{% extends "([^"]+)" %}', text)[0]).read_text()
    assert "{% help_beside %}" in text


def ending_pages(staff: make.Staff, case: Case) -> list[tuple[Track, Step, Part, str]]:
    """Of each part of the track: its definition, and the page of the form by which somebody ends it."""
    track = case.protocol.definition.track(case.track)
    found = []
    for step, part in track.parts():
        row = make.part(case, staff.counselor, part.id)
        verb = DONE_BY.get(part.kind, "record_checkin" if part.kind in SCHEDULED else "record_outcome")
        found.append((track, step, part, reverse(f"cases:{verb}", args=[case.pk, row.pk])))
    return found


@pytest.mark.django_db
def test_the_form_of_a_part_says_what_it_asks_for_with_the_printed_step_as_the_definition_has_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    seen = set()
    for track, step, part, path in ending_pages(staff, case):
        if "counselor" not in part.actors and part.kind != "report":
            continue
        (said,) = helps_on(read_page(staff.counselor, path))
        assert str(KINDS[part.kind].asks) in said
        assert f"Printed protocol, step {track.letter}{step.number}" in said
        seen.add(part.kind)
    assert {"sro_request", "report", "consultation", "parent_decision", "referral", "contact"} <= seen


@pytest.mark.django_db
def test_the_help_of_a_form_that_was_not_taken_is_still_there() -> None:
    staff = make.Staff()
    case = make.case(staff)
    answer = signed_in(staff.counselor).post(reverse("cases:add_person", args=[case.pk]), {})
    assert answer.status_code == 422
    assert len(helps_on(answer.content.decode())) == 1


@pytest.mark.django_db
def test_the_help_is_there_while_a_student_is_looked_for() -> None:
    staff = make.Staff()
    sent = {"find": "1", "student_query": "Avery"}
    answer = signed_in(staff.teacher).post(reverse("cases:log_concern"), sent)
    (said,) = helps_on(answer.content.decode())
    assert str(VERBS["log_concern"].asks) in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", ["teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel"]
)
def test_everybody_of_the_staff_finds_all_help_and_their_own_role_first(who: str) -> None:
    staff = make.Staff()
    person = getattr(staff, who)
    client = signed_in(person)
    page = client.get(reverse("cases:help_contents")).content.decode()
    roles = re.findall(r'<details class="panel more"( open)?><summary>(.*?)</summary><ol>', page)
    assert len(roles) == len(Role)
    assert roles[0] == (" open", str(Role(person.main_role).label))
    assert [was_open for was_open, _label in roles[1:]] == [""] * (len(Role) - 1)
    linked = set(re.findall(r'href="(/help/[a-z]+/)#([a-z_]+)"', page))
    assert {name for _path, name in linked} == {one.name for one in ALL}
    pages = {path: client.get(path).content.decode() for path, _name in linked}
    for path, name in linked:
        assert f'<section class="help-one" id="{name}"' in pages[path], (path, name)


@pytest.mark.django_db
def test_the_page_of_a_subject_names_the_steps_of_the_protocol_in_force() -> None:
    staff = make.Staff()
    page = read_page(staff.teacher, reverse("cases:help_subject", args=["reports"]))
    assert "Printed protocol, steps S2, C2" in page
    assert signed_in(staff.teacher).get(reverse("cases:help_subject", args=["nothing"])).status_code == 404


@pytest.mark.django_db
def test_the_menu_and_the_foot_of_every_page_lead_to_the_help() -> None:
    staff = make.Staff()
    path = reverse("cases:help_contents")
    assert read_page(staff.teacher, reverse("home")).count(f'href="{path}"') == 2
    assert path not in Client().get(reverse("directory:emergency_card")).content.decode()
    assert Client().get(path).status_code == 302


@pytest.mark.django_db
def test_each_step_of_a_case_leads_to_its_help_and_that_leads_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    page = read_page(staff.counselor, case.get_absolute_url())
    track = case.protocol.definition.track(case.track)
    linked = re.findall(r'class="help-link screen-only" href="([^"]+)">Help with ([^<]+)</a>', page)
    assert [called for _path, called in linked] == [f"{track.letter}{step.number}" for step in track.steps]
    for (path, called), step in zip(linked, track.steps, strict=True):
        shown = read_page(staff.counselor, path)
        assert f"Help with step {called}" in shown
        for part in step.parts:
            assert part.label in shown
            assert str(KINDS[part.kind].why) in shown
        assert f"{case.get_absolute_url()}#part-" in shown
        assert "Avery" not in re.findall(r"<title>(.*?)</title>", shown)[0]


@pytest.mark.django_db(transaction=True)
def test_help_with_a_step_is_for_those_who_may_see_the_part() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "impact")
    path = reverse("cases:help_step", args=[case.pk, part.pk])
    assert signed_in(staff.elsewhere).get(path).status_code == 404
    beside = make.case(staff)
    foreign = reverse("cases:help_step", args=[beside.pk, part.pk])
    assert signed_in(staff.counselor).get(foreign).status_code == 404
    read_page(staff.counselor, path)
    event = Event.objects.using("owner").order_by("number").last()
    assert event is not None
    assert (event.verb, event.case) == ("case_viewed", case.pk)


@pytest.mark.django_db
def test_of_an_earlier_track_the_help_names_that_tracks_step() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "impact")
    make.confirmed(case)
    page = read_page(staff.counselor, reverse("cases:help_step", args=[case.pk, part.pk]))
    assert "Help with step S3" in page
    assert "Printed protocol, step S3" in page
