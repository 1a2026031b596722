"""Whoever is in a drill reads on every page that it is one, and what a drill has no part of says so."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse

from cases import workflow
from cases.models import EmergencyAccess, ParentHold, RecordsRequest, SroRequest
from csec.accounts import sessions
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from csec.routes import DRILL_COOKIE
from tests import around, make, papers
from tests.drills.learning import Learner, without_ids
from tests.matrix.cells import routes

pytestmark = pytest.mark.django_db

WORDS = "Nothing here is real, and nobody is told."
OUTSIDE = "This page is no part of it"


def marked(answer: HttpResponse) -> bool:
    """In the title and on the page, with the way to the drill."""
    text = answer.content.decode()
    return "<title>Drill · " in text and WORDS in text and 'class="drill-band"' in text


def pages_of(learner: Learner) -> Iterator[str]:
    """Every page about something of the drill, of which there is one."""
    case = learner.case
    with acting_as(learner.twin.pk):
        run = case.runs.get()
        known: dict[str, Any] = {
            "case_id": case.pk,
            "part_id": run.parts.get(part="impact").pk,
            "topic": "reports",
        }
        for name, rows in (
            ("concern_id", case.concerns.all()),
            ("records_id", RecordsRequest.objects.all()),
            ("access_id", EmergencyAccess.objects.exclude(person=learner.twin)),
            ("hold_id", ParentHold.objects.all()),
            ("request_id", SroRequest.objects.all()),
        ):
            if row := rows.first():
                known[name] = row.pk
    for name, pattern in routes():
        asked, declared = set(pattern.pattern.converters), pattern.callback.declared  # type: ignore[attr-defined]
        if asked and asked <= known.keys() and "GET" in declared.methods and not declared.public:
            yield reverse(name, kwargs={one: known[one] for one in asked})


@pytest.mark.parametrize(
    ("role", "situation"),
    [
        ("administrator", "suspected_victim"),
        ("teacher", "suspected_victim"),
        pytest.param("liaison", "nobody_there", marks=pytest.mark.thorough),
        pytest.param("counsel", "records_asked_for", marks=pytest.mark.thorough),
    ],
)
def test_every_page_of_a_drill_says_that_it_is_one(role: str, situation: str) -> None:
    learner = Learner(getattr(make.Staff(), role)).begins(situation)
    about = [] if role == "teacher" else list(pages_of(learner))
    paths = [*about, *(reverse(name) for name, _declared in without_ids())]
    assert len(about) > 25 or role == "teacher"
    closed = [reverse(name) for name, declared in without_ids() if not declared.in_drills]
    opened = 0
    for path in [*paths, reverse("cases:case", args=[uuid4()])]:
        answer = learner.client.get(path)
        if answer.status_code == 302:
            continue
        opened += answer.status_code == 200
        page = answer.content.decode()
        assert [way for way in closed if f'href="{way}' in page] == [], path
        assert marked(answer), (path, answer.status_code)
    assert opened > (5 if role == "teacher" else 25)


#: The pages that open without signing in, and one that there is not.
OPEN = ["protocols:protocol", "directory:emergency_card", "directory:cards", "cases:blank_concern"]


def test_a_page_that_opens_without_signing_in_says_that_one_is_in_a_drill_and_that_it_is_real() -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.client.get(reverse("home"))
    pages = [reverse(name) for name in OPEN]
    for path in [*pages, "/nothing-here/"]:
        page = learner.client.get(path).content.decode()
        assert "You are in a drill." in page, path
        assert OUTSIDE in page, path
        assert WORDS not in page, path
    # On a wall it would be taken for one of a drill.
    assert 'class="drill-band screen-only"' in page


def test_every_public_page_is_one_of_these() -> None:
    pages = {
        name
        for name, pattern in routes()
        if pattern.callback.declared.public and not pattern.pattern.converters  # type: ignore[attr-defined]
    }
    assert pages - {"healthz", "delivery:healthz"} == set(OPEN)


def test_it_says_so_without_asking_the_database(django_assert_num_queries: Any) -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.client.get(reverse("home"))
    with django_assert_num_queries(0):
        assert OUTSIDE in learner.client.get(reverse("protocols:protocol")).content.decode()


@pytest.mark.parametrize("way", ["leave_drill", "end_drill", "signs out", "leaves in a hurry", "times out"])
def test_and_no_longer_than_one_is(way: str) -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.client.get(reverse("home"))
    ways_out = {"leaves in a hurry": "leave", "times out": "timed_out"}
    if way == "signs out":
        learner.client.post(reverse("account_logout"))
    elif way in ways_out:
        learner.client.get(reverse(ways_out[way]))
    else:
        learner.post(way)
    for path in (reverse(OPEN[0]), "/nothing-here/", reverse("account_login")):
        assert "drill-band" not in learner.client.get(path).content.decode(), (way, path)


def test_the_mark_ends_with_an_idle_session_and_no_script_reads_it() -> None:
    learner = Learner(make.Staff().counselor).begins()
    mark = learner.client.cookies[DRILL_COOKIE]
    assert mark["max-age"] == sessions.IDLE.total_seconds()
    assert (mark.value, mark["httponly"], mark["samesite"], mark["domain"]) == ("1", True, "Lax", "")


def test_whoever_brings_such_a_mark_along_is_in_no_drill() -> None:
    learner = Learner(make.Staff().counselor)
    learner.client.cookies[DRILL_COOKIE] = "1"
    page = learner.client.get(reverse("home"))
    assert "drill-band" not in page.content.decode()
    assert page.wsgi_request.user == learner.person
    assert "drill-band" not in learner.client.get(reverse(OPEN[0])).content.decode()


def test_a_form_that_is_out_of_date_is_refused_on_a_page_that_says_so() -> None:
    learner = Learner(make.Staff().counselor, strict=True)
    token = str(learner.client.get(reverse("drills:drill")).context["csrf_token"])
    learner.post("begin_drill", situation="suspected_victim", csrfmiddlewaretoken=token)
    answer = learner.client.post(reverse("cases:log_concern"), {"csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert "You are in a drill." in answer.content.decode()


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
    assert {"cases:figures", "cases:calendar", "cases:log_records_request", "district:people"} <= set(closed)
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


def test_the_way_in_is_offered_to_everybody() -> None:
    staff = make.Staff()
    for person in (staff.teacher, staff.sro, staff.liaison, staff.counsel):
        page = Learner(person).client.get(reverse("home")).content.decode()
        assert f'href="{reverse("drills:drill")}"' in page, person.name


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


def test_before_the_form_of_a_concern_nobody_is_called_in_a_drill() -> None:
    make.number_of()
    learner = Learner(make.Staff().counselor).begins()
    for name in ("new_concern", "log_concern"):
        page = learner.client.get(reverse(f"cases:{name}")).content.decode()
        assert "555-0122" in page
        assert "In a drill, call nobody." in page
        assert "tel:5550122" not in page
