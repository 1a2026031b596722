"""What a page says is what is so: of a concern, of its student, of a form that is out of date."""

import time
from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.make import AT

pytestmark = pytest.mark.django_db

KEPT = "is kept for you"
NOT_KEPT = "nothing was kept here"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(person: User, path: str) -> str:
    return signed_in(person).get(path).content.decode()


def pages_of_the_author(staff: make.Staff, path: str) -> str:
    """Everything that the author of a concern can open of it."""
    supplement = path + "supplement/"
    wrong = signed_in(staff.teacher).post(supplement, {}).content.decode()
    paths = (path, supplement, reverse("cases:concerns"), "/")
    return wrong + "".join(read(staff.teacher, one) for one in paths)


def test_the_author_does_not_learn_who_the_student_is_who_was_matched() -> None:
    staff = make.Staff()
    concern = make.concern(staff, student=None, student_described="a girl in red")
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    pages = pages_of_the_author(staff, concern.get_absolute_url())
    assert "Avery Brook" not in pages
    assert "a girl in red" in pages
    assert "Avery Brook" in read(staff.counselor, concern.get_absolute_url())


def test_the_author_who_named_nobody_reads_that_the_student_is_not_known() -> None:
    staff = make.Staff()
    concern = make.concern(staff, student=None)
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    assert "Student not known yet" in read(staff.teacher, concern.get_absolute_url())


def test_the_author_goes_on_reading_the_student_whom_they_named() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    for minutes, given_name in ((1, "Robin"), (2, "Quinn")):
        another = make.student(staff.school, given_name, "Reed")
        workflow.correct_student(
            actor=staff.counselor,
            case=case,
            student=another,
            reason="Mixed up.",
            at=AT + timedelta(minutes=minutes),
        )
    pages = pages_of_the_author(staff, concern.get_absolute_url())
    assert "Avery Brook" in pages
    assert "Reed" not in pages
    assert "Quinn Reed" in read(staff.counselor, concern.get_absolute_url())


def test_an_author_who_sees_the_case_reads_the_student_of_the_case() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.administrator, student=None)
    unhurried(concern)
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    assert "Avery Brook" not in read(staff.administrator, concern.get_absolute_url())
    make.case(staff, about=concern)
    assert "Avery Brook" in read(staff.administrator, concern.get_absolute_url())


def test_a_receiver_who_left_the_school_reads_of_their_own_concern_what_they_wrote() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.counselor, student=None, student_described="a girl in red")
    staff.counselor.memberships.update(until=date(2026, 11, 1))
    make.user("Nadia New", Role.COUNSELOR, staff.school)
    staff.counselor.memberships.create(school=staff.other_school, role=Role.COUNSELOR, since=make.SINCE)
    workflow.match_concern(actor=staff.social_worker, concern=concern, student=staff.student, at=AT)
    page = read(staff.counselor, concern.get_absolute_url())
    assert "a girl in red" in page
    assert "Avery Brook" not in page


def test_the_concern_can_go_past_every_officer_and_the_districts_counsel() -> None:
    staff = make.Staff()
    make.user("Ola Other", Role.SRO, staff.other_school)
    form = signed_in(staff.teacher).get(reverse("cases:log_concern")).context["form"]
    offered = {person.name for person in form.fields["implicated"].queryset}
    assert {"Olu Officer", "Ola Other", "Lou Counsel", "Lee Liaison", "Ada Administrator"} <= offered
    assert not offered & {"Terry Teacher", "Ellis Elsewhere"}


def test_who_sees_the_authors_name_is_said_as_it_is() -> None:
    staff = make.Staff()
    page = read(staff.teacher, reverse("cases:log_concern"))
    assert "Nobody else sees it" not in page
    assert "whoever takes over from them" in page


def added_to_a_case(staff: make.Staff, author: User) -> str:
    concern = make.concern(staff, author=author)
    make.case(staff, about=concern)
    workflow.supplement_concern(actor=author, concern=concern, account="More.", at=AT)
    return concern.get_absolute_url()


def test_whoever_oversees_the_case_is_not_asked_to_read_what_they_added_themselves() -> None:
    staff = make.Staff()
    path = added_to_a_case(staff, staff.administrator)
    assert "I have read it" not in read(staff.administrator, path)
    assert "I have read it" in read(staff.counselor, path)


def test_reading_an_addition_is_not_dealing_with_the_concern() -> None:
    staff = make.Staff()
    path = added_to_a_case(staff, staff.teacher)
    page = signed_in(staff.counselor).post(path + "accept/", {"additions": "1"}, follow=True).content.decode()
    assert "You have read it." in page
    assert "You deal with this concern now." not in page
    new = make.concern(staff).get_absolute_url()
    page = signed_in(staff.counselor).post(new + "accept/", {"additions": "0"}, follow=True).content.decode()
    assert "You deal with this concern now." in page


def test_a_concern_leads_to_its_case_and_says_when_that_is_closed() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    path, to_case = concern.get_absolute_url(), f'href="{case.get_absolute_url()}"'
    reopen = reverse("cases:reopen_case", args=[case.pk])
    assert to_case in read(staff.administrator, path)
    assert reopen not in read(staff.administrator, path)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    page = read(staff.administrator, path)
    assert to_case in page
    assert "It is in a case that is closed. The case can be reopened." in page
    assert reopen in page
    for outsider in (staff.teacher, staff.social_worker):
        assert str(case.pk) not in read(outsider, path)


def test_only_a_concern_can_be_sent_with_a_description_when_no_student_is_found() -> None:
    staff = make.Staff()
    concern, case = make.concern(staff), make.case(staff)
    sent = {"student_query": "Zzzz", "find": "1"}
    page = signed_in(staff.teacher).post(reverse("cases:log_concern"), sent).content.decode()
    assert "You can send it with the name or description as typed." in page
    for path in (
        reverse("cases:match_concern", args=[concern.pk]),
        reverse("cases:correct_student", args=[case.pk]),
    ):
        page = signed_in(staff.counselor).post(path, sent).content.decode()
        assert "No student of that name. Check the spelling, or ask the office." in page
        assert "description as typed" not in page
        assert "describe the student" not in page


def test_where_nobody_is_found_the_page_says_the_way_that_works_there() -> None:
    staff = make.Staff()
    client, sent = signed_in(staff.teacher), {"student_query": "Zzzz", "find": "1"}
    absence = client.post(reverse("cases:report_absence"), sent).content.decode()
    link = f'<a href="{reverse("cases:new_concern")}">Record a concern</a>'
    assert f"record a concern in which you describe the student. {link}" in absence
    request = client.post(reverse("cases:log_records_request"), sent).content.decode()
    assert "No student of that name. Write below who it is." in request
    for page in (absence, request):
        assert "ask the office" not in page
    error = client.post(reverse("cases:report_absence"), {"student_query": "Zzzz"}).content.decode()
    assert "For a student whom the roster does not have, record a concern instead." in error
    district = signed_in(staff.administrator).get(reverse("district:district")).content.decode()
    assert f'<a href="{reverse("district:add_student")}">Enter a student</a>' in district


def out_of_date(path: str, data: dict[str, str], person: User | None = None) -> str:
    """What comes back for a form whose own token is missing."""
    client = Client(enforce_csrf_checks=True)
    if person:
        client.force_login(person)
    answer = client.post(path, data)
    assert answer.status_code == 403
    return answer.content.decode()


def kept_of(person: User) -> str | None:
    with acting_as(person.pk):
        found = store.find(person=person.pk, form="log_concern")
    return found[0].get("account") if found else None


def test_a_form_that_is_out_of_date_is_kept_and_this_is_said() -> None:
    staff = make.Staff()
    typed = {store.FIELD: store.token(staff.teacher.pk, "log_concern"), "account": "The car again."}
    page = out_of_date(reverse("cases:log_concern"), typed, staff.teacher)
    assert KEPT in page
    assert NOT_KEPT not in page
    assert kept_of(staff.teacher) == "The car again."


def test_the_sign_in_page_does_not_claim_to_have_kept_anything() -> None:
    page = out_of_date(reverse("account_login"), {"login": "a@example.org", "password": "x"})
    assert NOT_KEPT in page
    assert KEPT not in page


@pytest.mark.parametrize("days", [13, 15])
def test_a_form_whose_token_is_too_old_is_said_not_to_be_kept(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = make.Staff()
    now = time.time()
    with monkeypatch.context() as long_ago:
        long_ago.setattr(time, "time", lambda: now - days * 24 * 60 * 60)
        token = store.token(staff.teacher.pk, "log_concern")
    page = out_of_date(
        reverse("cases:log_concern"), {store.FIELD: token, "account": "The car."}, staff.teacher
    )
    assert (KEPT in page) == (days == 13)
    assert (NOT_KEPT in page) == (days == 15)
    assert kept_of(staff.teacher) == ("The car." if days == 13 else None)


def test_a_form_that_the_database_did_not_take_is_said_not_to_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff = make.Staff()
    typed = {store.FIELD: store.token(staff.teacher.pk, "log_concern"), "account": "The car again."}

    def gone(**_given: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(store, "keep", gone)
    page = out_of_date(reverse("cases:log_concern"), typed, staff.teacher)
    assert NOT_KEPT in page
    assert KEPT not in page


def test_a_tab_that_is_out_of_date_does_not_overwrite_what_was_kept_since() -> None:
    staff = make.Staff()
    token = store.token(staff.teacher.pk, "log_concern")
    with acting_as(staff.teacher.pk):
        store.keep(
            person=staff.teacher.pk, form="log_concern", fields={"account": ["The newer text."]}, at=AT
        )
    stale = {store.FIELD: token, "account": "Old.", "csrfmiddlewaretoken": "x" * 64}
    out_of_date(reverse("cases:keep_draft"), stale, staff.teacher)
    assert kept_of(staff.teacher) == "The newer text."
