"""What is done and what is read leaves one event, in the same transaction; no event, no page."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import CalendarFeed, User
from csec.audit.log import NotLogged, record, request_log
from csec.audit.models import Event
from csec.delivery import health
from csec.delivery.heartbeat import PARTS, beat
from csec.delivery.ticks import database_now
from tests import make
from tests.accounts.at_the_door import PASSWORD, code, with_app
from tests.audit.ledger import without_the_log
from tests.cases.reminders.worker import as_worker
from tests.make import AT
from tests.stored import dump, holds
from tests.test_routes import declared, routes

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


def test_whoever_tries_case_after_case_in_a_role_that_opens_none_is_logged_with_each_id() -> None:
    staff = make.Staff()
    tried = [make.case(staff).pk, uuid4()]
    client = signed_in(staff.teacher)
    for pk in tried:
        assert client.get(reverse("cases:case", args=[pk])).status_code == 404
    assert events(verb="page_not_found") == [
        (staff.teacher.pk, "reporter", "page_not_found", pk, None, "not_found") for pk in tried
    ]
    # An address without an id has none.
    client.get(reverse("cases:cases"))
    assert events(verb="page_not_found")[-1][3] is None


def test_a_calendar_address_that_is_nobodys_is_one_event_without_the_address() -> None:
    token = "3f" * 20
    assert Client().get(reverse("cases:feed", args=[token])).status_code == 404
    assert events() == [(None, "", "feed_not_found", None, None, "not_found")]
    assert not holds({"audit_event": dump()["audit_event"]}, token)


def test_of_many_tries_at_a_calendars_address_a_few_are_logged() -> None:
    """Nobody fills a log from which nothing is ever taken, and a try writes nothing else."""
    before = {name: rows for name, rows in dump().items() if not name.startswith("audit_")}
    for number in range(9):
        assert Client().get(reverse("cases:feed", args=[f"{number}f" * 20])).status_code == 404
    assert len(events(verb="feed_not_found")) == 5
    assert {name: rows for name, rows in dump().items() if not name.startswith("audit_")} == before


def test_a_calendar_that_reads_its_address_is_one_event_of_whose_it_is() -> None:
    staff = make.Staff()
    token = workflow.make_feed(actor=staff.counselor, at=AT)
    feed = CalendarFeed.objects.using("owner").get(person=staff.counselor)
    for _read in range(2):
        before = len(events())
        assert Client().get(reverse("cases:feed", args=[token])).status_code == 200
        assert events()[before:] == [(staff.counselor.pk, "counselor", "feed_read", feed.pk, None, "done")]
    assert not holds({"audit_event": dump()["audit_event"]}, token)


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
    make.case(staff)
    client = signed_in(staff.counselor)
    for answer in (
        client.get(reverse("cases:search")),
        client.post(reverse("cases:search"), {"words": "avery"}),
    ):
        assert answer.status_code == 200
    [opened], [searched] = events(verb="search_opened"), events(verb="searched")
    assert opened[2:] == ("search_opened", None, None, "done")
    assert searched == (staff.counselor.pk, "counselor", "searched", None, None, "done")


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


def test_a_right_password_that_opens_nothing_yet_is_an_event_of_its_owner() -> None:
    staff = make.Staff()
    with_app(staff.counselor)
    User.objects.filter(pk=staff.teacher.pk).update(is_active=False)
    assert sign_in(Client(), staff.counselor.email, PASSWORD) == 302
    assert sign_in(Client(), staff.teacher.email, PASSWORD) == 302
    assert events() == [
        (staff.counselor.pk, "counselor", "first_factor_shown", None, None, "done"),
        (staff.teacher.pk, "", "signed_in", None, None, "denied"),
    ]


def test_a_password_that_is_tried_at_a_window_is_an_event_of_whoever_is_signed_in_there() -> None:
    staff = make.Staff()
    client = signed_in(staff.counselor)
    wrong = {"oldpassword": "a guess", "password1": "seven quiet rivers", "password2": "seven quiet rivers"}
    client.post(reverse("account_change_password"), wrong)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert events() == [
        (staff.counselor.pk, "", "signed_in", None, None, "denied"),
        (staff.counselor.pk, "counselor", "first_factor_shown", None, None, "done"),
    ]


def test_what_is_no_word_of_the_program_is_not_taken_as_a_verb_or_a_role() -> None:
    with request_log():
        for verb, role in (("Avery Brook", ""), ("/cases/1", ""), ("", ""), ("case_viewed\n", "")):
            with pytest.raises(NotLogged, match="audit_event_holds_no_text"):
                record(verb, actor=None, role=role)
        with pytest.raises(NotLogged, match="audit_event_holds_no_text"):
            record("case_viewed", actor=None, role="counselor of Avery")
        record("case_viewed", actor=None)
    assert events() == [(None, "", "case_viewed", None, None, "done")]


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


def test_without_the_log_nothing_is_done_and_nothing_is_shown_and_that_is_an_alarm() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, stranger, nobody = signed_in(staff.counselor), signed_in(staff.elsewhere), Client()
    before = len(events())
    with as_worker():
        for part in PARTS:
            beat(part)
    assert nobody.get("/healthz").status_code == 200
    with without_the_log():
        assert nobody.get("/healthz").status_code == 503
        with pytest.raises(NotLogged):
            make.concern(staff)
        for path in pages(case):
            page = client.get(path)
            assert (page.status_code, "Avery" in page.content.decode()) == (503, False), path
        assert stranger.get(case.get_absolute_url()).status_code == 503
        for password in ("correct horse battery staple", "a guess"):
            assert sign_in(nobody, staff.counselor.email, password) == 503
    assert nobody.get(reverse("home")).status_code == 302
    assert Concern.objects.using("owner").count() == 1
    assert len(events()) == before
    # What was refused stays an alarm for five minutes, whatever the reason was.
    seen = [health.state(database_now() + timedelta(minutes=minutes)).log_refuses for minutes in (4, 5)]
    assert seen == [True, False]


def pages(case: Case) -> list[str]:
    """Every page that is found by the number of a case alone, and the lists."""
    of_a_case = [one for one in routes() if str(one.pattern).startswith("cases/<uuid:case_id>/")]
    names = [
        one.name for one in of_a_case if len(one.pattern.converters) == 1 and "GET" in declared(one).methods
    ]
    assert len(names) > 10
    lists = [reverse(name) for name in ("home", "cases:cases", "cases:concerns", "cases:calendar")]
    return lists + [reverse(f"cases:{name}", args=[case.pk]) for name in names]


def test_whatever_the_reason_is_for_which_an_event_is_not_taken_the_page_is_503_and_the_alarm_is_raised() -> (
    None
):
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.counselor)
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE audit_event ADD CONSTRAINT nothing_more CHECK (verb <> 'case_viewed')")
    try:
        assert client.get(case.get_absolute_url()).status_code == 503
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute("ALTER TABLE audit_event DROP CONSTRAINT nothing_more")
    assert client.get(case.get_absolute_url()).status_code == 200
    assert health.state(database_now()).log_refuses


def test_without_the_log_nobody_changes_how_they_sign_in_and_whoever_leaves_is_signed_out() -> None:
    staff = make.Staff()
    client, leaving = Client(), signed_in(staff.teacher)
    sign_in(client, staff.counselor.email, PASSWORD)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    [secret] = re.findall(r'class="secret">([A-Z2-7 ]+)<', page)
    before = dump()
    with without_the_log():
        new = {"oldpassword": PASSWORD, "password1": "seven quiet rivers", "password2": "seven quiet rivers"}
        assert client.post(reverse("account_change_password"), new).status_code == 503
        shown = {"code": code(secret.replace(" ", ""))}
        assert client.post(reverse("mfa_activate_totp"), shown).status_code == 503
        assert client.post(reverse("sign_out_everywhere")).status_code == 503
        after = dump()
        changed = {table for table in before if after[table] != before[table]}
        # A password that was tried counts, whatever the log says.
        assert changed - {"accounts_session", "accounts_signintry"} == {"delivery_heartbeat"}
        assert leaving.get(reverse("leave")).status_code == 302
    assert leaving.get(reverse("home")).status_code == 302
    assert client.get(reverse("home")).status_code == 200


def test_without_the_log_no_recovery_code_is_shown_and_none_counts_as_shown() -> None:
    staff = make.Staff()
    secret, client = with_app(staff.counselor), Client()
    sign_in(client, staff.counselor.email, PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_generate_recovery_codes"))
    path = reverse("mfa_view_recovery_codes")
    with without_the_log():
        assert client.get(path).status_code == 503
    assert len(set(re.findall(r"<code>(\d{8})</code>", client.get(path).content.decode()))) == 10
    assert client.get(path).status_code == 200
    assert len(events(verb="recovery_codes_shown")) == 1
