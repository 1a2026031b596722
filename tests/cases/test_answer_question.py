"""What a review asked is answered in the case by those it was put to; that one cannot say it is an answer."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.reading.work import Work, waiting_for
from csec.accounts.models import Membership, User
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, DAY
from tests.reviews import answered, question, reviewed, seen

pytestmark = pytest.mark.django_db


def screen(person: User) -> Work:
    with acting_as(person.pk):
        return waiting_for(person, AT)


def test_whoever_carries_the_case_answers_once_and_whoever_asked_finds_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = question(case, staff.administrator)
    for person in (staff.administrator, staff.elsewhere, staff.teacher):
        with pytest.raises(NotPermitted if person == staff.administrator else Absent):
            answered(case, person, row)
    answered(case, staff.counselor, row)
    now = seen(row, staff.administrator)
    assert (now.answer, now.answered_by, now.answered_at) == ("answered", staff.counselor, AT)
    assert now.answer_words(make.as_seen(case, staff.administrator).key) == "Every day since Monday."
    [(of, answer)] = screen(staff.administrator).answers
    assert (of, answer.who) == (case, "Casey Counselor")
    assert screen(staff.counselor).questions == screen(staff.counselor).answers == []
    with conflict("Casey Counselor answered on Fri, Nov 20, 2:50 PM"):
        answered(case, staff.counselor, row)
    with acting_as(staff.administrator.pk):
        assert waiting_for(staff.administrator, AT + 15 * DAY).answers == []


def test_that_one_cannot_say_it_needs_no_words_and_an_answer_does() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = question(case, staff.administrator)
    with invalid("words"):
        answered(case, staff.counselor, row, words=" ")
    with invalid("answer"):
        answered(case, staff.counselor, row, answer="perhaps")
    answered(case, staff.counselor, row, answer="cannot_say", words="")
    assert seen(row, staff.administrator).answer == "cannot_say"


def test_what_is_put_to_the_officer_the_officer_answers_and_finds_nothing_else() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    first = question(case, staff.administrator)
    second = question(case, staff.administrator, to="sro", last=first.review_id)
    with pytest.raises(NotPermitted):
        answered(case, staff.counselor, second)
    with pytest.raises(Absent):
        answered(case, staff.sro, first)
    answered(case, staff.sro, second)
    client = Client()
    client.force_login(staff.sro)
    page = client.get(reverse("cases:reviews_of_case", args=[case.pk])).content.decode()
    assert f"question-{second.pk}" in page
    assert f"question-{first.pk}" not in page


def test_a_question_of_somebody_elses_has_no_page() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    first = question(case, staff.administrator)
    second = question(case, staff.administrator, to="sro", last=first.review_id)
    client = Client()
    found = {}
    for person, row in ((staff.counselor, first), (staff.counselor, second), (staff.sro, second)):
        client.force_login(person)
        page = client.get(reverse("cases:answer_question", args=[case.pk, row.pk]))
        found[person.name, row.put_to] = page.status_code
    assert list(found.values()) == [200, 403, 200]


def test_the_first_screen_leads_to_the_question_and_the_answer_stands_in_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    row = question(case, staff.administrator, at=database_now())
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:answer_question", args=[case.pk, row.pk])
    home = client.get(reverse("home")).content.decode()
    assert path in home
    assert "Is she in school?" not in home
    assert "Is she in school?" in client.get(path).content.decode()
    late = client.post(path, {"answer": "answered", "words": ""})
    assert late.status_code == 422
    assert client.post(path, {"answer": "answered", "words": "Every day."}).status_code == 302
    assert client.post(path, {"answer": "answered", "words": "Some days."}).status_code == 409
    client.force_login(staff.administrator)
    assert "Casey Counselor answered you" in client.get(reverse("home")).content.decode()
    page = client.get(reverse("cases:reviews_of_case", args=[case.pk])).content.decode()
    assert "Every day." in page
    assert client.get(path).status_code == 403


def test_what_nobody_is_there_to_answer_says_so_to_whoever_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    reviewed(case, staff.administrator, ask_sro="Is it open?", ask_carrier="Is she in school?")
    client = Client()
    client.force_login(staff.administrator)
    path = reverse("cases:reviews_of_case", args=[case.pk])
    assert "so nobody is asked" not in client.get(path).content.decode()
    Membership.objects.filter(person__in=[staff.sro, staff.counselor]).update(until=make.SINCE)
    page = client.get(path).content.decode()
    for words in ("No SRO is on this case any more", "Nobody carries this case any more"):
        assert page.count(words) == 1
