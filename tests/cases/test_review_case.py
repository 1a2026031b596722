"""Whoever answers for a case reviews it: how it stands with the county's team, and what they ask of whom."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import ReviewQuestion
from cases.reading.asked_in_review import questions_in
from cases.reading.asking import asking_cases
from cases.reading.reviews import ReviewsPage, list_to_review
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import District
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, DAY
from tests.reviews import answered, question, reviewed

pytestmark = pytest.mark.django_db

ADDRESS = reverse("cases:cases_to_review")


def asked(person: User) -> list[tuple[UUID, str]]:
    """In which case somebody is asked something on their first screen, and by whom."""
    with acting_as(person.pk):
        found = questions_in(asking_cases(person, AT), answered=False)
    return [(one.case, one.who) for one in found]


def unreviewed(person: User, at: datetime) -> list[UUID]:
    """The cases that wait for a review of theirs on their first screen."""
    with acting_as(person.pk):
        return [row.pk for row in asking_cases(person, at) if row.unreviewed]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def nobody_answers(staff: make.Staff) -> None:
    Membership.objects.filter(person=staff.administrator).update(until=AT.date())


def test_what_came_of_the_team_is_kept_and_each_question_waits_for_those_it_is_put_to() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    met = {"team": "met", "team_on": AT.date(), "team_words": "A safe place with her aunt."}
    row = reviewed(case, staff.administrator, ask_carrier="Is she in school?", ask_sro="Is it open?", **met)
    assert (row.by, row.at, row.team, row.team_on) == (staff.administrator, AT, "met", AT.date())
    for person in (staff.counselor, staff.sro):
        assert asked(person) == [(case.pk, "Ada Administrator")]
    assert asked(staff.administrator) == []
    with acting_as(staff.counselor.pk):
        page = ReviewsPage(make.as_seen(case, staff.counselor), staff.counselor, AT)
        [review] = page.reviews
        assert review.team == "A safe place with her aunt."
        assert [one.words for one in review.questions] == ["Is she in school?", "Is it open?"]
        assert [one.words for one in page.to_answer] == ["Is she in school?"]
    with acting_as(staff.sro.pk):
        assert [one.words for one in ReviewsPage(case, staff.sro, AT).questions] == ["Is it open?"]


#: What cannot be taken, by the field beside which that is said. No officer is on the case.
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("team", {"team": "perhaps"}),
    ("team_on", {"team": "met", "team_words": "A plan."}),
    ("team_on", {"team": "met", "team_on": AT.date() + DAY, "team_words": "A plan."}),
    ("team_words", {"team": "met", "team_on": AT.date()}),
    ("team_words", {"team": "not_needed"}),
    ("team_on", {"team": "not_needed", "team_on": AT.date(), "team_words": "She is safe."}),
    ("team_on", {"team_on": AT.date() - DAY}),
    ("team_on", {"team": "met", "team_on": AT.date().replace(year=1999), "team_words": "A plan."}),
    ("ask_carrier", {"ask_carrier": "\x00"}),
    ("ask_sro", {"ask_sro": "Is it open?"}),
]


def test_what_cannot_be_taken_is_said_beside_it_and_a_second_review_knows_of_the_first() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for field, given in WRONG:
        with invalid(field):
            reviewed(case, staff.administrator, **given)
    first = reviewed(case, staff.administrator)
    with conflict("Ada Administrator reviewed this case on Fri, Nov 20, 2:50 PM"):
        reviewed(case, staff.administrator, at=AT + timedelta(minutes=1))
    Membership.objects.filter(person=staff.counselor).update(until=AT.date())
    with invalid("ask_carrier"):
        reviewed(case, staff.administrator, last=first.pk, ask_carrier="Is she in school?")
    assert reviewed(case, staff.administrator, at=AT + DAY, last=first.pk).by == staff.administrator


def test_a_form_that_is_sent_twice_makes_one_review_and_its_second_click_is_told_nothing_else() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    client, path = signed_in(staff.administrator), reverse("cases:review_case", args=[case.pk])
    typed = {"team": "not_needed", "team_words": " She is safe. ", "ask_carrier": "Is she in school?"}
    before = client.get(path).context["form"]["last"].value()
    for _n in range(2):
        sent = client.post(path, typed | {"last": before or ""})
        assert sent["Location"] == reverse("cases:reviews_of_case", args=[case.pk])
        assert "What you asked stands on the first screens" in client.get(sent["Location"]).content.decode()
    with acting_as(staff.administrator.pk):
        assert case.reviews.count() == 1
        assert ReviewQuestion.objects.filter(case=case).count() == 1


def test_other_words_of_the_same_person_or_the_same_of_another_are_no_second_click() -> None:
    staff = make.Staff()
    case = make.case(staff)
    said = {"ask_carrier": "Is she in school?", "team_on": AT.date() + DAY}
    reviewed(case, staff.administrator, **said)
    another = make.user("Abe Administrator", Role.ADMINISTRATOR, staff.school)
    others: list[tuple[User, datetime, dict[str, Any]]] = [
        (staff.administrator, AT, {"ask_carrier": ""}),
        (staff.administrator, AT, {"ask_carrier": "Is she safe?"}),
        (staff.administrator, AT, {"team_on": AT.date() + 2 * DAY}),
        (staff.administrator, AT, {"team_words": "In June."}),
        (staff.administrator, AT + DAY, {}),
        (another, AT, {}),
    ]
    for person, at, given in others:
        with pytest.raises(workflow.Conflict) as told:
            reviewed(case, person, at=at, **(said | given))
        assert type(told.value) is workflow.Conflict
        assert "Ada Administrator reviewed this case" in str(told.value.words)
    with pytest.raises(workflow.DoneAlready):
        reviewed(case, staff.administrator, **said)


def test_a_case_that_was_not_reviewed_for_the_districts_days_is_listed_until_it_is() -> None:
    make.district()
    staff = make.Staff()
    case = make.case(staff)
    later = AT + timedelta(days=30)
    assert unreviewed(staff.administrator, later - timedelta(minutes=1)) == []
    assert unreviewed(staff.administrator, later) == [case.pk]
    # Of a school where somebody answers for it it is nothing for the liaison, nor ever for those who carry it.
    for person in (staff.liaison, staff.counselor):
        assert unreviewed(person, later) == []
    reviewed(case, staff.administrator, at=later)
    assert unreviewed(staff.administrator, later) == []
    District.objects.update(review_days=7)
    assert unreviewed(staff.administrator, later + 7 * DAY) == [case.pk]


def test_who_carries_a_case_and_alone_answers_for_its_school_reviews_it_by_that_office() -> None:
    staff = make.Staff()
    case = make.case(staff)
    later = AT + timedelta(days=30)
    with pytest.raises(NotPermitted):
        reviewed(case, staff.counselor)
    nobody_answers(staff)
    office = {"person": staff.counselor, "role": Role.ADMINISTRATOR, "since": AT.date()}
    Membership.objects.create(school=staff.other_school, **office)
    staff.counselor = User.objects.get(pk=staff.counselor.pk)
    assert unreviewed(staff.counselor, later) == []
    with pytest.raises(NotPermitted):
        reviewed(case, staff.counselor)
    Membership.objects.create(school=staff.school, **office)
    staff.counselor = User.objects.get(pk=staff.counselor.pk)
    assert unreviewed(staff.counselor, later) == [case.pk]
    assert reviewed(case, staff.counselor, at=later).by == staff.counselor
    assert unreviewed(staff.counselor, later) == []


def test_the_liaison_reviews_where_nobody_of_the_school_answers_for_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.with_liaison(case, staff)
    with pytest.raises(NotPermitted):
        reviewed(case, staff.liaison)
    nobody_answers(staff)
    assert unreviewed(staff.liaison, AT + 30 * DAY) == [case.pk]
    assert reviewed(case, staff.liaison).by == staff.liaison


def listed(person: User, at: datetime, *, everything: bool = False) -> list[tuple[str, bool, bool]]:
    """Number, whether it is due, and whether it opens."""
    with acting_as(person.pk):
        page = list_to_review(User.objects.get(pk=person.pk), at, everything=everything, after=None).page
    return [(row.number, row.due, row.case is not None) for row in page.rows]


def test_the_list_is_of_ones_own_school_for_the_liaison_of_all_and_keeps_what_is_kept_from_one() -> None:
    staff = make.Staff()
    now = database_now()
    minute = timedelta(minutes=1)
    later = now + 30 * DAY - minute
    old, new = make.another_case(staff, at=now - minute), make.another_case(staff, at=now)
    of_theirs = make.concern(staff, implicated=[staff.administrator], at=now)
    kept = make.case(staff, about=of_theirs, at=now)
    with pytest.raises(Absent):
        reviewed(kept, staff.administrator)
    there = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    due = [(old.number, True, True)]
    assert listed(staff.administrator, later) == due
    assert listed(staff.administrator, later, everything=True) == [*due, (new.number, False, True)]
    assert listed(there, later, everything=True) == listed(staff.counselor, later, everything=True) == []
    # What the liaison may not open is a number; the one that nobody of the school answers for opens.
    assert listed(staff.liaison, later) == [(old.number, True, False)]
    assert set(listed(staff.liaison, later, everything=True)) == {
        (old.number, True, False),
        (new.number, False, False),
        (kept.number, False, True),
    }
    page = signed_in(staff.administrator).get(ADDRESS, {"which": "all"}).content.decode()
    assert old.number in page
    assert kept.number not in page
    assert signed_in(staff.counselor).get(ADDRESS).status_code == 404


def test_the_page_shows_how_the_steps_stand_and_nothing_of_the_restricted_section() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - 40 * DAY)
    said = {"limits_explained": True, "student_view": "Afraid of the stepfather."}
    make.record(case, staff.counselor, "consult", values=said, at=database_now())
    client = signed_in(staff.administrator)
    assert "Not reviewed for 30 days" in client.get(reverse("home")).content.decode()
    path = reverse("cases:review_case", args=[case.pk])
    page = client.get(path).content.decode()
    assert "Regular contact" in page
    assert "stepfather" not in page
    assert "Casey Counselor reads it." in page
    typed = {"team": "not_needed", "ask_carrier": "Is she in school?"}
    late = client.post(path, typed)
    assert late.status_code == 422
    assert "Is she in school?" in late.content.decode()
    sent = client.post(path, typed | {"team_words": "She is safe."})
    assert sent["Location"] == reverse("cases:reviews_of_case", args=[case.pk])
    assert "She is safe." in client.get(sent["Location"]).content.decode()
    # What was said of the team is offered the next time.
    form = client.get(path).context["form"]
    assert (form["team"].value(), form["team_words"].value()) == ("not_needed", "She is safe.")
    assert client.post(path, typed | {"team_words": "Again."}).status_code == 409


def test_closing_the_case_ends_what_waits_and_keeps_it_and_reopening_it_asks_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = question(case, staff.administrator)
    make.reported(case, staff.counselor)
    closing = reverse("cases:close_case", args=[case.pk])
    assert "A question of a review waits" in signed_in(staff.counselor).get(closing).content.decode()
    make.closed(case, staff.counselor)
    assert asked(staff.counselor) == []
    with conflict("closed this case"):
        reviewed(case, staff.administrator, last=row.review_id)
    with conflict("closed this case"):
        answered(case, staff.counselor, row)
    page = signed_in(staff.administrator).get(reverse("cases:reviews_of_case", args=[case.pk]))
    assert "Ended with the case, without an answer" in page.content.decode()
    workflow.reopen_case(actor=staff.counselor, case=case, reason="Again.", at=AT)
    answered(case, staff.counselor, row)


def test_what_is_reviewed_between_two_pages_lets_no_other_be_passed_over() -> None:
    staff = make.Staff()
    cases = [make.case(staff, at=AT - days * DAY) for days in (9, 8, 7, 6)]
    later = AT + timedelta(days=30)

    def listed(after: str | None) -> tuple[list[UUID], str]:
        with acting_as(staff.administrator.pk):
            page = list_to_review(staff.administrator, later, everything=False, after=after, size=2).page
        return [row.pk for row in page.rows], page.following

    first, following = listed(None)
    assert first == [case.pk for case in cases[:2]]
    for case in cases[:2]:
        reviewed(case, staff.administrator, at=later)
    assert listed(following) == ([case.pk for case in cases[2:]], "")
    assert listed("x.y") == ([case.pk for case in cases[2:]], "")
