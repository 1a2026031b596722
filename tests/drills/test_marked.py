"""Whoever is in a drill reads on every page that it is one, and what a drill has no part of says so."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import around, make, papers
from tests.drills.learning import Learner, without_ids
from tests.matrix.cells import routes

pytestmark = pytest.mark.django_db

WORDS = "Nothing here is real, and nobody is told."


def marked(answer: HttpResponse) -> bool:
    """In the title and on the page, with the way to the drill."""
    text = answer.content.decode()
    return "<title>Drill · " in text and WORDS in text and 'class="drill-band"' in text


def pages_of(learner: Learner) -> Iterator[str]:
    case = learner.case
    with acting_as(learner.twin.pk):
        part = case.runs.get().parts.get(part="impact")
        concern = case.concerns.get()
    for name, pattern in routes():
        asked = set(pattern.pattern.converters)
        known = {"case_id": case.pk, "part_id": part.pk, "concern_id": concern.pk}
        if asked and asked <= known.keys() and "GET" in pattern.callback.declared.methods:  # type: ignore[attr-defined]
            yield reverse(name, kwargs={one: known[one] for one in asked})


def test_every_page_of_a_drill_says_that_it_is_one() -> None:
    learner = Learner(make.Staff().administrator).begins()
    paths = [*pages_of(learner), *(reverse(name) for name, _declared in without_ids())]
    assert len(paths) > 50
    for path in [*paths, reverse("cases:case", args=[uuid4()])]:
        answer = learner.client.get(path)
        if answer.status_code == 302:
            continue
        assert marked(answer), (path, answer.status_code)


def test_and_no_page_out_of_one_does() -> None:
    staff = make.Staff()
    learner = Learner(staff.administrator).begins()
    learner.post("leave_drill")
    for name, _declared in without_ids():
        assert "drill-band" not in learner.client.get(reverse(name)).content.decode(), name


def test_the_pages_of_ones_own_account_say_that_they_are_real() -> None:
    learner = Learner(make.Staff().counselor).begins()
    page = learner.client.get(reverse("mfa_index")).content.decode()
    assert "How you sign in is real all the same." in page
    assert WORDS not in page


def test_what_a_drill_has_no_part_of_is_refused_in_words_and_not_led_to() -> None:
    learner = Learner(make.Staff().administrator).begins()
    home = learner.client.get(reverse("home")).content.decode()
    closed = [name for name, declared in without_ids() if not declared.in_drills]
    assert {"cases:figures", "cases:calendar", "cases:records_requests", "district:people"} <= set(closed)
    for name in closed:
        answer = learner.client.get(reverse(name))
        assert answer.status_code == 403, name
        assert "Not part of a drill" in answer.content.decode(), name
        assert f'href="{reverse(name)}"' not in home, name


def test_no_number_is_there_to_be_dialed_but_the_emergency_number() -> None:
    staff = make.Staff()
    make.number_of()
    learner = Learner(staff.counselor).begins()
    page = learner.client.get(reverse("cases:concern", args=[learner.concern.pk])).content.decode()
    assert "In a drill, call nobody." in page
    assert "tel:5550122" not in page.replace("-", "")
    learner.post("leave_drill")
    own = make.concern(staff, at=database_now())
    real = learner.client.get(reverse("cases:concern", args=[own.pk])).content.decode()
    assert "In a drill" not in real
    assert "tel:5550122" in real.replace("-", "")
    assert 'href="tel:911"' in learner.client.get(reverse("directory:emergency_card")).content.decode()


def test_nor_is_that_of_somebody_around_the_student() -> None:
    learner = Learner(make.Staff().administrator).begins()
    case = learner.case
    around.contact(case, learner.twin, relation="attorney", at=database_now(), may_be_contacted="yes")
    page = learner.client.get(reverse("cases:safety", args=[case.pk])).content.decode()
    assert "555-0142" in page
    assert "In a drill, call nobody." in page
    assert "tel:555" not in page


def paper_of(person: User, learner: Learner) -> papers.Read:
    with acting_as(person.pk):
        made = make.paper(learner.case, person, at=database_now(), sections=["track"])
    return papers.read(made.content)


def test_a_paper_of_a_drill_says_so_on_each_sheet() -> None:
    learner = Learner(make.Staff().administrator).begins()
    read = paper_of(learner.twin, learner)
    assert read.title == "Drill: case summary"
    assert all("Drill, not real" in page for page in read.pages)


def test_the_way_in_is_offered_to_whoever_works_at_a_school() -> None:
    staff = make.Staff()
    for person, offered in ((staff.teacher, True), (staff.sro, True), (staff.liaison, False)):
        client = Client()
        client.force_login(person)
        page = client.get(reverse("home")).content.decode()
        assert (f'href="{reverse("drills:drill")}"' in page) is offered, person.name


def test_a_page_of_a_drill_asks_the_database_no_more_than_twice_more(
    django_assert_max_num_queries: object,
) -> None:
    """Who acts, and whether their drill still is: one statement, beside that of who they are."""
    learner = Learner(make.Staff().administrator).begins()
    learner.client.get(reverse("home"))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        learner.client.get(reverse("home"))


def test_one_may_find_a_missing_student_in_a_drill_and_be_told_what_to_do() -> None:
    learner = Learner(make.Staff().administrator).begins()
    twin, case = learner.twin, learner.case
    workflow.report_absence(actor=twin, student=case.student, missing_since=database_now(), at=database_now())
    page = learner.client.get(reverse("home")).content.decode()
    assert "missing" in page.lower()
