"""Who contacts the student in a break of a week or more, how, and when the school does so again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.breaks import Break
from cases.models import BreakPlan, Case
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, WINTER

pytestmark = pytest.mark.django_db

BACK = date(2027, 1, 4)
#: Friday, the last school day before the break.
BEFORE = AT + timedelta(days=28)


def plans(case: Case, person: User) -> list[BreakPlan]:
    with acting_as(person.pk):
        return list(BreakPlan.objects.filter(case=case))


def up_to_the_break(staff: make.Staff, **given: Any) -> Case:
    """A case with a contact each Monday and Friday, seen on the last day of school."""
    case = make.case(staff)
    make.winter_break()
    make.scheduled(case, staff.counselor, rhythm=Rhythm.per_week([0, 4]), **given)
    make.record(case, staff.counselor, "regular_contact", at=BEFORE)
    return case


def test_it_says_who_goes_on_and_how_and_the_words_are_sealed() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    row = make.break_planned(case, staff.counselor)
    assert (row.first_day, row.last_day, row.who) == (WINTER.first_day, WINTER.last_day, "child_welfare")
    assert (row.person, row.first_contact_on, row.set_by, row.set_at) == (None, BACK, staff.counselor, AT)
    assert row.words(case.key) == {
        "how": "By the telephone that she called safe.",
        "outside": "Intake worker, 555-0150",
    }
    assert b"555-0150" not in bytes(row.sealed)


def test_when_others_go_on_the_next_contact_is_the_first_one_after_the_break() -> None:
    staff = make.Staff()
    case = up_to_the_break(staff)
    assert make.check_in(case, staff.counselor).due_on == BACK
    make.break_planned(case, staff.counselor, first_contact_on=BACK + timedelta(days=2), at=BEFORE)
    assert make.check_in(case, staff.counselor).due_on == BACK + timedelta(days=2)
    assert make.part(case, staff.counselor, "regular_contact").next_on == BACK + timedelta(days=2)


def test_when_the_school_goes_on_contacts_keep_their_days_in_the_break() -> None:
    staff = make.Staff()
    case = up_to_the_break(staff)
    make.break_planned(case, staff.counselor, "school", person=staff.counselor, at=BEFORE)
    days = []
    for _n in range(5):
        waiting = make.check_in(case, staff.counselor)
        days.append(waiting.due_on)
        make.record(case, staff.counselor, "regular_contact", at=waiting.due_at - timedelta(hours=1))
    assert days == [date(2026, 12, day) for day in (21, 25, 28)] + [date(2027, 1, 1), BACK]


def test_a_contact_that_is_due_before_the_break_or_late_stays_where_it_is() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    waiting = make.check_in(case, staff.counselor)
    make.break_planned(case, staff.counselor, at=AT + timedelta(days=28))
    assert make.check_in(case, staff.counselor).due_on == waiting.due_on
    other = up_to_the_break(staff)
    make.break_planned(other, staff.counselor, "school", person=staff.counselor, at=BEFORE)
    late = make.check_in(other, staff.counselor)
    make.break_planned(other, staff.counselor, at=BEFORE + timedelta(days=5))
    assert make.check_in(other, staff.counselor).due_on == late.due_on == date(2026, 12, 21)


def test_another_plan_takes_the_place_of_the_first_and_both_stay() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor)
    later = AT + timedelta(hours=1)
    make.break_planned(case, staff.administrator, "provider", at=later)
    assert [(row.who, row.replaced_at) for row in plans(case, staff.counselor)] == [
        ("child_welfare", later),
        ("provider", None),
    ]


@pytest.mark.parametrize(
    ("who", "given", "fields"),
    [
        ("nobody", {}, {"who"}),
        ("", {}, {"who"}),
        ("school", {}, {"person"}),
        ("school", {"person": "social_worker"}, {"person"}),
        ("school", {"person": "sro"}, {"person"}),
        ("school", {"person": "elsewhere"}, {"person"}),
        ("provider", {"outside": " "}, {"outside"}),
        ("child_welfare", {"how": ""}, {"how"}),
        ("child_welfare", {"how": "\x07"}, {"how"}),
        ("child_welfare", {"first_contact_on": date(2027, 1, 3)}, {"first_contact_on"}),
        ("child_welfare", {"first_contact_on": date(2027, 1, 9)}, {"first_contact_on"}),
        ("child_welfare", {"first_contact_on": date(2027, 1, 19)}, {"first_contact_on"}),
        ("child_welfare", {"break_": Break(date(2026, 12, 19), date(2027, 1, 4))}, {"break_"}),
        ("child_welfare", {"break_": Break(date(2028, 12, 16), date(2029, 1, 1))}, {"break_"}),
    ],
    ids=[
        "who-is-unknown",
        "who-is-missing",
        "school-without-a-person",
        "somebody-not-on-the-case",
        "the-officer",
        "another-school",
        "nobody-outside",
        "no-way",
        "way-unreadable",
        "in-the-break",
        "on-a-saturday",
        "weeks-after",
        "another-end",
        "not-in-the-calendar",
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_planned(
    who: str, given: dict[str, Any], fields: set[str]
) -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    given = given | ({"person": getattr(staff, given["person"])} if "person" in given else {})
    with invalid(*fields):
        make.break_planned(case, staff.counselor, who, **given)
    assert plans(case, staff.counselor) == []


def test_a_long_weekend_is_no_break_and_without_a_schedule_there_is_nothing_to_plan() -> None:
    staff = make.Staff()
    Closure.objects.create(name="Holiday", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    weekend = Break(date(2026, 11, 26), date(2026, 11, 29))
    with invalid("break_"):
        make.break_planned(make.case(staff), staff.counselor, break_=weekend)
    make.winter_break()
    with conflict("no check-in schedule"):
        make.break_planned(make.case(staff, "suspected_recruiter"), staff.counselor)


def test_the_officer_plans_none_and_others_do_not_find_the_case() -> None:
    staff = make.Staff()
    make.winter_break()
    excluded = make.user("Ezra Excluded", "administrator", staff.school)
    case = make.case(staff, about=make.concern(staff, implicated=[excluded]))
    make.asked_in(case, staff.counselor, staff.sro)
    make.break_planned(case, staff.liaison)
    with pytest.raises(NotPermitted):
        make.break_planned(case, staff.sro)
    for person in (excluded, staff.elsewhere, staff.teacher):
        with pytest.raises(Absent):
            make.break_planned(case, person)
    assert plans(case, staff.sro) == []


def test_whoever_was_to_go_on_and_leaves_the_case_leaves_the_break_open_again() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.break_planned(case, staff.counselor, "school", person=staff.social_worker)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)
    assert [plan.replaced_at for plan in plans(case, staff.counselor)] == [AT]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def ahead(staff: make.Staff) -> tuple[Case, str]:
    """A case, and the page of a break of the coming month."""
    soon = database_now().date() + timedelta(days=30)
    monday = soon + timedelta(days=-soon.weekday() % 7)
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))
    case = make.case(staff)
    first_day = (monday - timedelta(days=2)).isoformat()
    return case, reverse("cases:plan_break", args=[case.pk, first_day])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "grandmother"}, "who"),
        ({"who": "school"}, "person"),
        ({"outside": ""}, "outside"),
        ({"how": ""}, "how"),
        ({"how": "x" * 5001}, "how"),
        ({"first_contact_on": ""}, "first_contact_on"),
        ({"first_contact_on": "2020-01-01"}, "first_contact_on"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_field(typed: dict[str, str], field: str) -> None:
    staff = make.Staff()
    case, at = ahead(staff)
    client = signed_in(staff.counselor)
    back = client.get(at).context["form"].initial["first_contact_on"].isoformat()
    good = {"who": "provider", "outside": "Harbor", "how": "By telephone.", "first_contact_on": back}
    page = client.post(at, good | typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert plans(case, staff.counselor) == []
    assert client.post(at, good).status_code == 302
    shown = client.get(reverse("cases:breaks_of_case", args=[case.pk])).content.decode()
    assert "Harbor" in shown
    assert client.get(at).context["form"].initial["outside"] == "Harbor"


def test_a_break_that_is_not_in_the_calendar_is_absent() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for day in ("2026-12-19", "soon"):
        at = reverse("cases:plan_break", args=[case.pk, day])
        assert signed_in(staff.counselor).get(at).status_code == 404
