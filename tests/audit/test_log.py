"""What is done and what is read leaves one event, in the same transaction; no event, no page."""

import re
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Concern
from csec.accounts.models import User
from csec.audit.models import Event
from tests import make
from tests.audit.ledger import without_the_log
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("actor", "role", "verb", "subject", "case", "result")


def events(**where: Any) -> list[tuple[Any, ...]]:
    return list(Event.objects.using("owner").filter(**where).order_by("number").values_list(*COLUMNS))


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_verb_leaves_one_event_with_opaque_ids() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert events(verb="case_opened") == [
        (staff.counselor.pk, "counselor", "case_opened", case.pk, case.pk, "done")
    ]


def test_a_verb_that_is_refused_leaves_no_event() -> None:
    staff = make.Staff()
    case = make.case(staff)
    before = len(events())
    with pytest.raises(workflow.Conflict):
        workflow.reopen_case(actor=staff.counselor, case=case, reason="Again.", at=AT)
    assert len(events()) == before


def test_reading_a_case_is_an_event_and_so_is_a_list() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.administrator)
    client.get(case.get_absolute_url())
    client.get(reverse("cases:cases"))
    assert events(verb="case_viewed") == [
        (staff.administrator.pk, "administrator", "case_viewed", case.pk, case.pk, "done")
    ]
    assert len(events(verb="cases_listed")) == 1


def test_a_denial_is_logged_with_the_id_that_was_asked_for() -> None:
    staff = make.Staff()
    case = make.case(staff)
    signed_in(staff.elsewhere).get(case.get_absolute_url())
    assert events(verb="case_not_found") == [
        (staff.elsewhere.pk, "counselor", "case_not_found", case.pk, None, "not_found")
    ]
    signed_in(staff.administrator).get(reverse("cases:void_case", args=[case.pk]))
    assert events(verb="void_case") == [
        (staff.administrator.pk, "administrator", "void_case", case.pk, case.pk, "denied")
    ]


def test_a_form_that_was_not_taken_is_one_event_of_its_own() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    answer = signed_in(staff.counselor).post(reverse("cases:close_case", args=[case.pk]), {"reason": ""})
    assert answer.status_code == 422
    assert [event[-1] for event in events(verb="case_viewed")] == ["refused"]


def test_searching_for_a_student_is_an_event() -> None:
    staff = make.Staff()
    page = signed_in(staff.teacher).post(
        reverse("cases:log_concern"), {"find": "1", "student_query": "avery"}
    )
    assert "Avery Brook" in page.content.decode()
    assert len(events(verb="students_searched")) == 1


def test_the_log_holds_no_name_no_text_and_no_address() -> None:
    staff = make.Staff()
    case = make.case(staff)
    signed_in(staff.counselor).get(case.get_absolute_url())
    for row in Event.objects.using("owner").values_list("role", "verb", "result"):
        assert all(re.fullmatch(r"[a-z_]*", value) for value in row), row


def test_signing_in_and_out_and_each_try_that_failed_is_an_event_without_the_address_that_was_typed() -> None:
    counselor = make.Staff().counselor
    client = Client()
    for password in (*["a guess"] * 6, "correct horse battery staple"):
        sign_in(client, counselor.email, password)
    assert [result for *_, result in events()] == ["denied"] * 5 + ["refused"] * 2
    accounts = {(actor, verb, subject) for actor, _role, verb, subject, _case, _result in events()}
    [(nobody, verb, account)] = accounts
    assert (nobody, verb) == (None, "signed_in")
    assert account not in (None, counselor.pk)
    away = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(away, counselor.email, "correct horse battery staple")
    away.post(reverse("account_logout"))
    assert [(event[0], *event[2:]) for event in events(actor__isnull=False)] == [
        (counselor.pk, "signed_in", None, None, "done"),
        (counselor.pk, "signed_out", None, None, "done"),
    ]


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def test_a_form_that_is_out_of_date_is_one_event() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.counselor)
    assert client.post(reverse("cases:close_case", args=[case.pk])).status_code == 403
    assert events(verb="form_out_of_date") == [
        (staff.counselor.pk, "counselor", "form_out_of_date", None, None, "denied")
    ]


def test_without_the_log_nothing_is_done_and_nothing_is_shown() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, stranger, nobody = signed_in(staff.counselor), signed_in(staff.elsewhere), Client()
    for one in (client, stranger, nobody):
        one.raise_request_exception = False
    before = len(events())
    with without_the_log():
        with pytest.raises(DatabaseError):
            make.concern(staff)
        for path in (
            case.get_absolute_url(),
            reverse("cases:cases"),
            reverse("home"),
            reverse("cases:calendar"),
        ):
            page = client.get(path)
            assert (page.status_code, "Avery" in page.content.decode()) == (500, False), path
        assert stranger.get(case.get_absolute_url()).status_code == 500
        for password in ("correct horse battery staple", "a guess"):
            assert sign_in(nobody, staff.counselor.email, password) == 500
    assert nobody.get(reverse("home")).status_code == 302
    assert Concern.objects.using("owner").count() == 1
    assert len(events()) == before
