"""How often, by whom, who covers: a schedule is set, and changed, without putting off what is planned."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import CheckInPlan
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.test_races import at_once
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

FIRST = date(2026, 11, 24)
TODAY = date(2026, 11, 20)


def plans(case: Any, person: User) -> list[CheckInPlan]:
    with acting_as(person.pk):
        return list(CheckInPlan.objects.filter(case=case).order_by("set_at", "ended_at"))


def test_a_schedule_says_how_often_from_when_by_whom_and_who_covers() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    later = AT + timedelta(hours=1)
    plan = make.scheduled(
        case,
        staff.counselor,
        rhythm=Rhythm.per_week([0, 3]),
        first_on=date(2026, 11, 23),
        cover=staff.social_worker,
        at=later,
    )
    assert plan.how_often == Rhythm.per_week([0, 3])
    assert (plan.person, plan.cover, plan.start) == (
        staff.counselor,
        staff.social_worker,
        date(2026, 11, 23),
    )
    assert (plan.set_by, plan.set_at, plan.ended_at) == (staff.counselor, later, None)
    before, now = plans(case, staff.counselor)
    assert (before.ended_at, now.pk) == (later, plan.pk)


def test_the_check_in_that_waits_goes_over_to_the_new_schedule() -> None:
    staff = make.Staff()
    case = make.case(staff)
    waiting = make.check_in(case, staff.counselor)
    plan = make.scheduled(case, staff.counselor, rhythm=Rhythm.every_days(1), first_on=TODAY)
    now = make.check_in(case, staff.counselor)
    assert (now.pk, now.plan_id, now.due_on) == (waiting.pk, plan.pk, TODAY)
    assert make.part(case, staff.counselor, "regular_contact").next_on == TODAY


def test_a_later_first_contact_does_not_put_off_the_one_that_is_planned() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.every_days(60), first_on=date(2027, 1, 15))
    assert make.check_in(case, staff.counselor).due_on == FIRST


def test_without_a_person_and_a_cover_it_runs_all_the_same() -> None:
    staff = make.Staff()
    case = make.case(staff)
    plan = make.scheduled(case, staff.administrator, person=None)
    assert (plan.person, plan.cover) == (None, None)
    assert make.check_in(case, staff.counselor).plan_id == plan.pk


def test_a_first_contact_on_a_weekend_is_due_on_the_school_day_before() -> None:
    staff = make.Staff()
    case = make.case(staff)
    dates = Rhythm.on_dates([date(2026, 11, 22), date(2026, 12, 1)])
    make.scheduled(case, staff.counselor, rhythm=dates, first_on=date(2026, 11, 22))
    assert make.check_in(case, staff.counselor).due_on == TODAY


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"person": "administrator"}, "person"),
        ({"person": "social_worker"}, "person"),
        ({"person": "elsewhere"}, "person"),
        ({"cover": "counselor"}, "cover"),
        ({"cover": "social_worker"}, "cover"),
        ({"cover": "sro"}, "cover"),
        ({"cover": "teacher"}, "cover"),
        ({"first_on": date(2026, 11, 19)}, "first_on"),
        ({"first_on": date(2027, 1, 20)}, "first_on"),
        ({"first_on": date.max}, "first_on"),
        ({"rhythm": Rhythm.on_dates([date(2026, 11, 23)]), "first_on": FIRST}, "rhythm"),
        ({"rhythm": Rhythm.on_dates([FIRST, date.max])}, "rhythm"),
    ],
    ids=[
        "no-carer",
        "not-on-the-case",
        "another-school",
        "covers-oneself",
        "cover-not-on-the-case",
        "cover-is-the-officer",
        "cover-is-a-teacher",
        "past",
        "far",
        "end-of-time",
        "all-dates-before-the-first",
        "dates-at-the-end-of-time",
    ],
)
def test_what_cannot_be_taken_is_named_and_leaves_the_schedule_as_it_was(
    given: dict[str, Any], field: str
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    make.helper(case, staff.counselor, staff.administrator, "administrator")
    people = {name: getattr(staff, who) for name, who in given.items() if isinstance(who, str)}
    before = plans(case, staff.counselor)
    with invalid(field):
        make.scheduled(case, staff.counselor, **(given | people))
    assert plans(case, staff.counselor) == before
    assert before[0].ended_at is None


def test_somebody_who_has_left_the_school_is_not_chosen() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    staff.social_worker.memberships.update(until=TODAY)
    with invalid("person"):
        make.scheduled(case, staff.counselor, person=staff.social_worker)
    with invalid("cover"):
        make.scheduled(case, staff.counselor, cover=staff.social_worker)


def test_a_track_without_regular_contact_has_no_schedule() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    assert plans(case, staff.counselor) == []
    with invalid("rhythm"):
        make.scheduled(case, staff.counselor, first_on=TODAY)


def test_the_officer_does_not_set_it_and_others_do_not_find_the_case() -> None:
    staff = make.Staff()
    excluded = make.user("Ezra Excluded", "administrator", staff.school)
    case = make.case(staff, about=make.concern(staff, implicated=[excluded]))
    make.asked_in(case, staff.counselor, staff.sro)
    given: dict[str, Any] = {"first_on": FIRST, "person": None}
    with pytest.raises(NotPermitted):
        make.scheduled(case, staff.sro, **given)
    for person in (excluded, staff.elsewhere, staff.teacher):
        with pytest.raises(Absent):
            make.scheduled(case, person, **given)
    with acting_as(staff.sro.pk):
        assert CheckInPlan.objects.count() == 0


def test_nothing_is_set_in_a_closed_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with conflict("Casey Counselor closed this case"):
        make.scheduled(case, staff.counselor, first_on=FIRST)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"how_often": ""}, "how_often"),
        ({"how_often": "monthly"}, "how_often"),
        ({"how_often": "every_days", "days": ""}, "days"),
        ({"how_often": "every_days", "days": "61"}, "days"),
        ({"how_often": "per_week"}, "weekdays"),
        ({"how_often": "per_week", "weekdays": "6"}, "weekdays"),
        ({"how_often": "on_dates", "dates": ""}, "dates"),
        ({"how_often": "on_dates", "dates": "next Monday"}, "dates"),
        ({"how_often": "on_dates", "dates": "2020-01-01"}, "dates"),
        ({"how_often": "on_dates", "dates": "9999-12-31"}, "dates"),
        ({"how_often": "every_days", "days": "7", "first_on": ""}, "first_on"),
        ({"how_often": "every_days", "days": "7", "person": "x"}, "person"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_field(typed: dict[str, str], field: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, at = signed_in(staff.counselor), reverse("cases:plan_checkins", args=[case.pk])
    first_on = client.get(at).context["form"].initial["first_on"].isoformat()
    page = client.post(at, {"first_on": first_on} | typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert len(plans(case, staff.counselor)) == 1


def test_the_form_shows_the_schedule_as_it_is_and_sets_another() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, at = signed_in(staff.counselor), reverse("cases:plan_checkins", args=[case.pk])
    form = client.get(at).context["form"]
    assert (form.initial["how_often"], form.initial["days"], form.initial["person"]) == (
        "every_days",
        7,
        staff.counselor.pk,
    )
    typed = {"how_often": "per_week", "weekdays": ["0", "2"], "first_on": form.initial["first_on"]}
    assert client.post(at, typed | {"person": str(staff.counselor.pk)}).status_code == 302
    assert plans(case, staff.counselor)[-1].how_often == Rhythm.per_week([0, 2])


def test_whoever_came_second_reads_who_set_it_and_can_send_their_own_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, at = signed_in(staff.counselor), reverse("cases:plan_checkins", args=[case.pk])
    initial = client.get(at).context["form"].initial
    typed = {
        "version": str(initial["version"]),
        "how_often": "on_dates",
        "dates": initial["first_on"].isoformat(),
        "first_on": initial["first_on"].isoformat(),
        "person": str(staff.counselor.pk),
    }
    make.scheduled(case, staff.administrator, rhythm=Rhythm.every_days(3), person=None)
    page = client.post(at, typed)
    assert page.status_code == 409
    shown = page.content.decode()
    assert "Ada Administrator set another schedule on Fri, Nov 20, 2:50 PM: every 3 days." in shown
    assert f">\n{typed['dates']}</textarea>" in shown
    assert plans(case, staff.counselor)[-1].how_often == Rhythm.every_days(3)
    again = str(page.context["form"].data["version"])
    assert client.post(at, typed | {"version": again}).status_code == 302
    assert plans(case, staff.counselor)[-1].set_by == staff.counselor


@pytest.mark.django_db(transaction=True)
def test_of_two_schedules_at_once_one_is_set_and_the_other_is_told_by_whom() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [before] = plans(case, staff.counselor)
    results = at_once(
        lambda: make.scheduled(
            case, staff.counselor, rhythm=Rhythm.every_days(3), first_on=FIRST, version=before.pk
        ),
        lambda: make.scheduled(
            case,
            staff.administrator,
            rhythm=Rhythm.every_days(5),
            first_on=FIRST,
            person=None,
            version=before.pk,
        ),
    )
    [won] = [result for result in results if isinstance(result, CheckInPlan)]
    [lost] = [result for result in results if isinstance(result, workflow.Conflict)]
    assert f"{won.set_by.name} set another schedule on Fri, Nov 20" in str(lost.words)
    [in_force] = [plan for plan in plans(case, staff.counselor) if plan.ended_at is None]
    assert in_force == won
    assert make.check_in(case, staff.counselor).plan_id == won.pk
    assert workflow.VERBS["plan_checkins"].event == "checkins_planned"
