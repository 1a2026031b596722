"""Whoever wrote a concern, and holds none, reads that it was received: nothing of what became of it since."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from tests import make
from tests.cases.clocks import unhurried
from tests.cases.reminders.worker import swept
from tests.make import AT

pytestmark = pytest.mark.django_db

#: So long ago that PostgreSQL's clock calls it late, whenever this runs.
LONG_AGO = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
#: What is another one each time that a page is made, or that a concern is: ids, and what proves whence a form comes.
MADE_ANEW = re.compile(
    r'name="(csrfmiddlewaretoken|draft_of|once)" value="[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)

WHOLE = {
    "agency": "Child Welfare Services",
    "person_spoken_to": "Ms. Lee",
    "phoned_at": AT,
    "written_at": AT,
}

Step = Callable[[make.Staff, Concern], object]


def left_alone(_staff: make.Staff, _concern: Concern) -> None:
    pass


def without_hurry(_staff: make.Staff, concern: Concern) -> None:
    unhurried(concern)


def taken(staff: make.Staff, concern: Concern) -> None:
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=LONG_AGO)


def closed(staff: make.Staff, concern: Concern) -> None:
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="Cleared up.", at=AT)


def matched(staff: make.Staff, concern: Concern) -> None:
    other = make.student(staff.school, "Robin", "Reed")
    workflow.match_concern(actor=staff.counselor, concern=concern, student=other, reason="Mixed up.", at=AT)


def put_into_a_case(staff: make.Staff, concern: Concern) -> None:
    make.case(staff, about=concern)


def reported_by_another(staff: make.Staff, concern: Concern) -> None:
    make.own_report(make.case(staff, about=concern), staff.counselor)


def reported_in_no_case(staff: make.Staff, concern: Concern) -> None:
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    [duty] = make.duties(staff.counselor)
    workflow.record_report(actor=staff.counselor, duty=duty, outcome="done", values=WHOLE, at=AT)


def put_into_a_case_that_is_confirmed(staff: make.Staff, concern: Concern) -> None:
    make.case(staff, "confirmed_victim", about=concern)


def confirmed(staff: make.Staff, concern: Concern) -> Case:
    """The case of their concern, on the track whose report nobody in it can say does not apply."""
    case = make.case(staff, about=concern)
    reclassified(staff, case, "confirmed_victim", basis="disclosure", decided_by="Both.")
    return case


def suspected_again(staff: make.Staff, concern: Concern) -> None:
    reclassified(staff, confirmed(staff, concern), "suspected_victim")


def reclassified(staff: make.Staff, case: Case, to: str, **given: str) -> None:
    seen = make.as_seen(case, staff.counselor)
    workflow.reclassify(actor=staff.counselor, case=seen, to=to, reason="So.", at=AT, **given)


def void(staff: make.Staff, concern: Concern) -> None:
    case = make.case(staff, about=concern)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)


BECAME: tuple[Step, ...] = (
    without_hurry,
    left_alone,
    taken,
    closed,
    matched,
    put_into_a_case,
    reported_by_another,
    reported_in_no_case,
    put_into_a_case_that_is_confirmed,
    confirmed,
    suspected_again,
    void,
)


def pages(author: User, concern: Concern) -> list[str]:
    """All that its author can open of it, with what a form sent with nothing in it answers."""
    client = Client()
    client.force_login(author)
    supplement = reverse("cases:supplement_concern", args=[concern.pk])
    duties = [
        reverse(f"cases:{name}", args=[one.pk])
        for one in make.duties(author, concern=concern)
        for name in ("report_duty", "record_report", "confirm_joint_report", "correct_learned_at")
    ]
    paths = [concern.get_absolute_url(), supplement, reverse("cases:concern_sheet", args=[concern.pk])]
    paths += [reverse("cases:concerns"), reverse("home"), *duties]
    answers = [client.get(path) for path in paths]
    answers.append(client.post(supplement, {}))
    if not author.reporter_only:
        answers.append(client.post(reverse("cases:search"), {"words": "Avery"}))
        answers.append(client.get(reverse("cases:reminders")))
    return [MADE_ANEW.sub("", answer.content.decode()) for answer in answers]


@pytest.mark.parametrize("author", ["teacher", "colleague"])
def test_their_pages_are_the_same_whatever_became_of_it(author: str) -> None:
    """Also those of a colleague who holds others' concerns, and has search and a history of reminders."""
    read = {}
    for became in BECAME:
        with transaction.atomic():
            staff = make.Staff()
            colleague = make.user("Cole Colleague", Role.COUNSELOR, staff.school)
            person = staff.teacher if author == "teacher" else colleague
            concern = make.concern(staff, author=person, at=LONG_AGO)
            became(staff, concern)
            read[became.__name__] = pages(person, concern)
            transaction.set_rollback(True)
    assert "Received" in read["without_hurry"][0]
    for name, found in read.items():
        assert found == read["without_hurry"], name
        assert not [who for who in ("Casey", "Sam Social", "Robin Reed") if who in "".join(found)], name


@pytest.mark.parametrize("who", ["author", "holder"])
def test_only_who_holds_it_is_asked_what_a_new_report_is_beside_one_that_another_made(who: str) -> None:
    """By the form of their duty alone an author would read that somebody has reported."""
    staff = make.Staff()
    person = staff.teacher if who == "author" else staff.social_worker
    concern = make.concern(staff, author=person, at=AT)
    opt_out(person)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    [others] = make.duties(staff.counselor)
    workflow.record_report(actor=staff.counselor, duty=others, outcome="done", values=WHOLE, at=AT)
    workflow.supplement_concern(actor=person, concern=concern, account="Bruises.", at=AT)
    [again] = make.duties(person)
    client = Client()
    client.force_login(person)
    asked = client.get(reverse("cases:record_report", args=[again.pk])).context["form"].fields
    assert ("field_against_earlier" in asked) is (who == "holder")


def test_an_author_who_said_that_none_applies_is_asked_anew_in_words_that_tell_nothing_of_a_case() -> None:
    """The same ones when a case was void as when something was added; and their answer is taken as before."""
    staff = make.Staff()
    told = set()
    for became in (void, added_to):
        concern = make.concern(staff)
        opt_out(staff.teacher)
        became(staff, concern)
        [again] = make.duties(staff.teacher)
        assert again.number == 2
        client = Client()
        client.force_login(staff.teacher)
        [note] = re.findall(
            r'<p class="note">(.*?)</p>',
            client.get(reverse("cases:report_duty", args=[again.pk])).content.decode(),
        )
        told.add(note)
        opt_out(staff.teacher)
    [words] = told
    assert "You said of this that no report applies" in words


def added_to(staff: make.Staff, concern: Concern) -> None:
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=AT)


def opt_out(person: User) -> None:
    [duty] = make.duties(person)
    workflow.record_report(actor=person, duty=duty, outcome="not_applicable", reason="Known to them.", at=AT)


def written_to(person: User) -> list[set[tuple[str, int]]]:
    """What is said to somebody about their own duty, from when they knew of it until it is late."""
    hours = (0, 12, 24, 36)
    said = [swept(AT + timedelta(hours=hour), recipient=person) for hour in hours]
    return [{(kind, level) for kind, _who, level in rows if kind.startswith("report")} for rows in said]


OF_THEIR_OWN = [{("report", 0)}, {("report_unmade", 0)}, {("report", 1)}, {("report", 2)}]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("became", [left_alone, put_into_a_case, reported_by_another, reported_in_no_case])
def test_an_author_is_written_to_by_their_own_duty_alone(became: Step) -> None:
    """By a message that does not come they would learn that somebody else has reported."""
    staff = make.Staff()
    became(staff, make.concern(staff))
    assert written_to(staff.teacher) == OF_THEIR_OWN


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("away", ["removed", "excluded"])
def test_so_is_whoever_may_not_open_the_case_any_more(away: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    if away == "removed":
        workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=AT)
    else:
        workflow.exclude_person(
            actor=staff.counselor, case=case, person=staff.social_worker, reason="Aunt.", at=AT
        )
    make.own_report(case, staff.counselor)
    assert written_to(staff.social_worker) == OF_THEIR_OWN


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_that_a_report_was_made_is_not_told_that_none_was() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.own_report(case, staff.counselor)
    assert written_to(staff.social_worker) == [said - {("report_unmade", 0)} for said in OF_THEIR_OWN]
