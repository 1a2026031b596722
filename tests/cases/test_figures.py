"""The figures: what is counted, for whom, and what is hidden from whoever is not on the cases."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import workflow
from cases.models import Case, CheckIn, StepPart
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import School
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HIDDEN = "hidden"
TRACKS = ["R · ", "S · ", "C · "]


def page_of(person: User, **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("cases:figures"), asked)


class Read:
    """The page as somebody reads it: each figure's table; its chart says no other number."""

    def __init__(self, person: User, **asked: Any) -> None:
        answer = page_of(person, **asked)
        self.words = answer.content.decode()
        self.tables: dict[str, list[tuple[str, list[str]]]] = {}
        for figure in answer.context["figures"].all:
            rows = [(str(line.label), [str(cell) for cell in line.cells]) for line in figure.lines]
            self.tables[figure.slug] = rows
            told = {word for _label, cells in rows for one in cells for word in one.split()}
            drawn = (
                [word for row in figure.chart.rows for word in str(row.words).split()] if figure.chart else []
            )
            assert all(word in told for word in drawn if word.isdecimal())

    def cells(self, figure: str, label: str) -> list[str]:
        [cells] = [cells for name, cells in self.tables[figure] if name.startswith(label)]
        return cells

    @property
    def tracks(self) -> list[str]:
        return [self.cells("tracks", track)[0] for track in TRACKS]


def some_cases(staff: make.Staff, count: int, track: str = "suspected_victim", *, at: datetime) -> None:
    """So many open cases in which nothing is late, and that the liaison therefore does not see."""
    make.many_cases(staff, count, track, at=at)


def elsewhere(staff: make.Staff) -> make.Staff:
    """The staff of the other school, which has an administrator of its own."""
    other = object.__new__(make.Staff)
    other.__dict__ |= staff.__dict__
    other.school, other.counselor = staff.other_school, staff.elsewhere
    other.teacher = make.user("Toni There", Role.REPORTER, other.school)
    other.administrator = make.user("Abe There", Role.ADMINISTRATOR, other.school)
    other.student = make.student(other.school)
    return other


def test_who_answers_for_a_school_counts_all_its_cases() -> None:
    staff, now = make.Staff(), database_now()
    began = now - 40 * DAY
    case = make.another_case(staff, at=began)
    make.another_case(staff, "confirmed_victim", at=now)
    void = make.another_case(staff, at=began)
    workflow.void_case(actor=staff.liaison, case=void, reason="By mistake.", at=now)
    values = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=began + 3 * DAY, values=values)
    due = make.check_in(case, staff.counselor).due_at
    make.record(case, staff.counselor, "regular_contact", at=due - timedelta(minutes=5))
    read = Read(staff.administrator)
    assert read.tracks == ["0", "1", "1"]
    steps = [cells for name, cells in read.tables["tracks"] if name.startswith(("S1 ", "S2 "))]
    assert steps == [["1"], ["0"]]
    # The impact was looked into in the one, and in the other nothing is late yet.
    assert read.cells("waiting", "Administrator") == ["0", "1", "1"]
    assert read.cells("waiting", "Reports") == ["1", "1", "2"]
    assert read.cells("times", "S3 ") == ["1", "3 days", "3 days", "3 days"]
    assert "S3 · Look into the impact" not in Read(staff.administrator, days=30).words
    contacts = [cells for _month, cells in read.tables["contacts"]]
    assert [sum(int(one[n]) for one in contacts) for n in (0, 1)] == [1, 1]
    [(label, cells)] = read.tables["people"]
    assert (label, cells[0]) == ("Casey Counselor, Counselor", "2")
    assert "You may open each of these cases" in read.words


def test_a_step_with_several_duties_is_named_by_each_of_them() -> None:
    staff, now = make.Staff(), database_now()
    case = make.another_case(staff, "confirmed_victim", at=now)
    labels = [str(part.label) for part in case.protocol.definition.track(case.track).steps[0].parts]
    assert len(labels) > 1
    assert f"C1 · {'; '.join(labels)}: 1" in html.unescape(Read(staff.administrator).words)


def test_that_times_are_of_a_year_is_said_where_another_period_is_chosen() -> None:
    staff = make.Staff()
    make.another_case(staff, at=database_now())
    said = "Whatever period is chosen above, times are told of a year"
    assert said in Read(staff.liaison, days=90).words
    assert said not in Read(staff.liaison, days=365).words
    assert said not in Read(staff.administrator, days=90).words


def test_a_time_is_that_of_the_entry_that_stands_and_begins_anew_on_a_later_track() -> None:
    staff, now = make.Staff(), database_now()
    case, ada = make.another_case(staff, at=now - 40 * DAY), staff.administrator
    given: dict[str, Any] = {"values": {"areas_checked": ["recruitment"], "impact_found": False}}
    entry = make.record(case, ada, "impact", at=now - 39 * DAY, **given)
    workflow.correct_entry(
        actor=ada, entry=entry, outcome="done", happened_at=now - 35 * DAY, reason="The day.", at=now, **given
    )
    confirmed = {"basis": "law_enforcement", "decided_by": "The police", "reason": "They confirmed it."}
    workflow.reclassify(actor=ada, case=case, to="confirmed_victim", at=now - 9 * DAY, **confirmed)
    make.record(case, ada, "impact", at=now - 2 * DAY, **given)
    read = Read(ada)
    assert [read.cells("times", step)[1] for step in ("S3 ", "C3 ")] == ["5 days", "7 days"]


def test_what_is_late_by_the_lists_is_late_here() -> None:
    """Somebody's own report after another's, and a referral that nobody has looked at again; nothing on hold."""
    staff, now = make.Staff(), database_now()
    reported, referred, held = (make.another_case(staff, at=now - 40 * DAY) for _n in range(3))
    make.own_report(reported, staff.counselor, at=now - 39 * DAY)
    make.accepted(referred, staff.counselor, at=now - 39 * DAY)
    again = {"reason": "Not yet.", "review_on": (now - 38 * DAY).date(), "at": now - 39 * DAY}
    make.record(held, staff.counselor, "contact_guardian", "unable", **again)
    for case, part in ((reported, "report"), (referred, "offer_referral"), (held, "contact_guardian")):
        if case != reported:
            make.opted_out(case, at=now)
        with acting_as(staff.counselor.pk):
            rest = StepPart.objects.filter(case=case).exclude(part=part)
            rest.update(outcome="not_applicable", outcome_at=now, due_at=None, next_on=None, repeats=False)
    read = Read(staff.administrator)
    waiting = {who.split(":")[0]: cells for who, cells in read.tables["waiting"] if cells != ["0"] * 3}
    assert waiting == {
        "Reports": ["1", "0", "1"],
        "Counselor or social worker": ["1", "0", "1"],
        "Either of several roles": ["0", "1", "1"],
    }
    # What is looked at again is no step that waits.
    assert read.cells("tracks", "Nothing waits") == ["2"]
    [(_who, carried)] = read.tables["people"]
    assert carried == ["3", "1", "1"]


def test_what_the_school_before_had_ended_took_no_time_here() -> None:
    staff, now = make.Staff(), database_now()
    there = elsewhere(staff)
    case = make.another_case(staff, at=now - 20 * DAY)
    values = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=now - 10 * DAY, values=values)
    make.opted_out(case, at=now)
    transfer = make.offered(case, staff.counselor, there.counselor, at=now)
    workflow.accept_transfer(actor=there.counselor, transfer=transfer, at=now)
    assert Read(staff.administrator).cells("times", "S3 ") == ["1", "10 days", "10 days", "10 days"]
    assert Read(there.administrator).tables["times"] == []


def test_a_check_in_is_kept_until_its_day_is_over() -> None:
    """Also when it is late already, as from the afternoon on; and one of today is not missed yet."""
    staff, now = make.Staff(), database_now()
    case = make.another_case(staff, at=now - 40 * DAY)
    due = make.check_in(case, staff.counselor).due_at
    make.record(case, staff.counselor, "regular_contact", at=due + timedelta(hours=2))
    today = now.astimezone(staff.school.zone).date()
    with acting_as(staff.counselor.pk):
        waiting = CheckIn.objects.get(case=case, state="waiting")
        CheckIn.objects.filter(pk=waiting.pk).update(
            due_on=today,
            before_at=now - 3 * DAY,
            day_at=now - 2 * timedelta(hours=1),
            due_at=now - timedelta(seconds=1),
        )
    found = [cells for _month, cells in Read(staff.administrator).tables["contacts"]]
    assert [sum(int(one[n]) for one in found) for n in (0, 1)] == [1, 0]


def test_a_district_begins_without_a_school() -> None:
    lee = make.user("Lee Liaison", Role.LIAISON)
    assert "No case is open here." in Read(lee).words


def test_a_case_that_is_kept_from_somebody_is_none_of_theirs() -> None:
    staff, now = make.Staff(), database_now()
    case = make.another_case(staff, at=now)
    make.another_case(staff, at=now)
    second = make.user("Ana Administrator", Role.ADMINISTRATOR, staff.school)
    workflow.exclude_person(actor=staff.counselor, case=case, person=second, reason="Her uncle.", at=now)
    assert Read(second).tracks == ["0", "1", "0"]
    assert Read(staff.administrator).tracks == ["0", "2", "0"]


def test_nobody_reads_those_of_a_school_that_they_do_not_answer_for() -> None:
    staff, now = make.Staff(), database_now()
    make.another_case(staff, at=now)
    make.another_case(staff, at=now - 40 * DAY)
    make.with_liaison(make.another_case(staff, at=now), staff, at=now)
    for person in (staff.counselor, staff.sro, staff.counsel, staff.teacher):
        assert page_of(person).status_code == 404
    assert page_of(staff.administrator, school=staff.other_school.pk).status_code == 404
    assert page_of(staff.liaison, school="nowhere").status_code == 404
    assert page_of(staff.liaison, school=staff.other_school.pk).status_code == 200
    schools = list(School.objects.values_list("pk", flat=True))
    for person in User.objects.all():
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM figures(%s, now(), current_date)", [schools])
            may = person in (staff.administrator, staff.liaison)
            assert (cursor.fetchone()[0] > 0) is may, person
            if may:
                # What counts as their own is what they see, by the other rule as well.
                cursor.execute(
                    "SELECT sum(own_n) FROM figures(%s, now(), current_date) WHERE figure = 'track'",
                    [schools],
                )
                assert cursor.fetchone()[0] == Case.objects.visible_to(person).count() > 0


def test_whoever_is_not_on_the_cases_is_told_no_small_number_and_none_that_gives_one_away() -> None:
    staff, now = make.Staff(), database_now()
    some_cases(staff, 9, at=now)
    some_cases(staff, 2, "confirmed_victim", at=now)
    assert Read(staff.administrator).tracks == ["0", "9", "2"]
    read = Read(staff.liaison)
    assert read.tracks == ["0", HIDDEN, HIDDEN]
    assert "S1 ·" not in read.words
    assert "US Department of Education" in read.words
    # Which of the two is small is not told by the other figures.
    assert {tuple(cells) for _who, cells in read.tables["waiting"]} == {("0", HIDDEN)}
    assert "Too few cases to show how long a step took." in read.words
    assert "people" not in read.tables
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_steppart SET due_at = now() - interval '1 day' WHERE id ="
            " (SELECT id FROM cases_steppart WHERE part = 'impact' LIMIT 1)"
        )
    # Nor who is late, in a case of which the list of all schools says that something is.
    assert {tuple(cells) for _who, cells in Read(staff.liaison).tables["waiting"]} == {(HIDDEN, HIDDEN)}
    assert Read(staff.administrator).cells("waiting", "Administrator")[0] == "1"
    # Of a third track the school has none; of the other school the list of all says so as well.
    assert "No case is open here." in Read(staff.liaison, school=staff.other_school.pk).words


def test_how_long_a_step_took_is_told_of_five_others_and_not_of_four() -> None:
    staff, now = make.Staff(), database_now()
    values = {"areas_checked": ["recruitment"], "impact_found": False}
    for n in range(5):
        with acting_as(staff.liaison.pk), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(low) FROM figures(%s, %s, current_date)", [[staff.school.pk], now - DAY]
            )
            assert cursor.fetchone() == (0,), n
        if n == 4:
            assert Read(staff.liaison).tables["times"] == []
        make.record(make.another_case(staff, at=now), staff.administrator, "impact", at=now, values=values)
    read = Read(staff.liaison)
    assert read.cells("times", "S3 ") == ["5 or more", *["under an hour"] * 3]
    assert read.cells("times", "S1 ") == [HIDDEN] * 4


def test_a_school_gives_nothing_away_of_the_other_one_either() -> None:
    staff, now = make.Staff(), database_now()
    there = elsewhere(staff)
    some_cases(staff, 7, at=now)
    some_cases(staff, 6, "confirmed_victim", at=now)
    some_cases(there, 3, at=now)
    some_cases(there, 6, "confirmed_victim", at=now)
    here, other = ({"school": one.pk} for one in (staff.school, staff.other_school))
    # All together are many enough; the other school's three would follow from this one's seven.
    assert Read(staff.liaison).tracks == ["0", "10", "12"]
    assert Read(staff.liaison, **here).tracks == ["0", HIDDEN, HIDDEN]
    assert Read(staff.liaison, **other).tracks == ["0", HIDDEN, HIDDEN]
    assert Read(there.administrator).tracks == ["0", "3", "6"]


def test_what_the_liaison_is_on_they_know_and_it_hides_nothing_else() -> None:
    staff, now = make.Staff(), database_now()
    some_cases(staff, 3, at=now)
    case = make.another_case(staff, at=now)
    assert Read(staff.liaison).tracks == [HIDDEN, HIDDEN, HIDDEN]
    make.with_liaison(case, staff, at=now)
    assert Read(staff.liaison).tracks == [HIDDEN, "1 or more", HIDDEN]
    with acting_as(staff.counselor.pk):
        others = list(Case.objects.exclude(pk=case.pk))
    for one in others:
        make.with_liaison(make.as_seen(one, staff.counselor), staff, at=now)
    assert Read(staff.liaison).tracks == ["0", "4", "0"]


def test_however_many_cases_there_are_the_page_asks_as_much() -> None:
    staff, now = make.Staff(), database_now()
    some_cases(staff, 12, at=now)
    for person in (staff.administrator, staff.liaison):
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("cases:figures")).status_code == 200
        assert len(asked) <= 12


def test_the_liaison_reads_the_workload_of_each_school_and_no_small_number_of_it() -> None:
    staff, now = make.Staff(), database_now()
    there = elsewhere(staff)
    some_cases(staff, 7, at=now)
    some_cases(there, 6, at=now)
    third = make.school("Cedar High")
    read = Read(staff.liaison)
    # All wait and nothing is late: that each is in time would be told of each of them.
    assert read.tables["schools"] == [
        ("Alder High", ["7", "0", HIDDEN]),
        ("Birch Middle", ["6", "0", HIDDEN]),
    ]
    late_parts(staff, 6)
    assert Read(staff.liaison).tables["schools"][0] == ("Alder High", ["7", HIDDEN, HIDDEN])
    # Of the cases that the liaison is on they know, and a school with fewer than five others tells nothing.
    make.with_liaison(make.another_case(staff, at=now), staff, at=now)
    assert Read(staff.liaison).tables["schools"][0][1][0] == "8"
    for person in (staff.administrator, there.administrator):
        assert "schools" not in Read(person).tables
    assert "schools" not in Read(staff.liaison, school=third.pk).tables


def test_a_school_with_few_cases_hides_another_one_from_which_it_would_follow() -> None:
    staff, now = make.Staff(), database_now()
    there = elsewhere(staff)
    some_cases(staff, 7, at=now)
    some_cases(there, 3, at=now)
    opened = {name: cells[0] for name, cells in Read(staff.liaison).tables["schools"]}
    assert opened == {"Alder High": HIDDEN, "Birch Middle": HIDDEN}


def late_parts(staff: make.Staff, cases: int) -> None:
    """In so many cases of the counselor's a step is late."""
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_steppart SET due_at = now() - interval '1 day' WHERE part = 'impact' AND case_id IN"
            " (SELECT id FROM cases_case ORDER BY id LIMIT %s)",
            [cases],
        )
