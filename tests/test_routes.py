"""Every route declares who may use it, and keeps to its methods before anything is looked up."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

import district.workflow
from cases.workflow import VERBS
from csec.accounts.models import User
from csec.accounts.roles import CASE_ROLES, DISTRICT_ROLES, EVERYONE, OVERSEERS, Role
from tests import make
from tests.accounts.sign_in_routes import ROUTES as SIGN_IN
from tests.matrix.asking import ask, headers, texts
from tests.matrix.cells import routes as named_routes

#: Routes that open without sign-in; each has its reason in the product's promises.
PUBLIC = {"emergency_card", "cards", "protocol", "blank_concern", "healthz", "feed", "speak"}


#: For everybody of the staff; of the district's pages some are for those who answer for a school, some for the
#: liaison alone, and emergency access is the district's. Every other route is for those who work on cases.
FOR_EVERYONE = {
    "home", "concerns", "new_concern", "log_concern", "concern", "concern_sheet", "supplement_concern",
    "report_absence", "enter_away", "withdraw_away", "keep_draft", "log_records_request", "records_requests",
    "report_duty", "record_report", "confirm_joint_report", "correct_learned_at", "help_contents", "help_subject",
    "drill", "begin_drill", "go_on", "let_others_answer", "leave_drill", "end_drill",
}  # fmt: skip
FOR_THE_LIAISON = {
    "change_district", "add_school", "change_school", "add_agency", "change_agency", "remove_agency",
}  # fmt: skip
FOR_THE_DISTRICT = {"all_schools", "begin_emergency_access", "records_request", "match_records_request"}
FOR_OVERSEERS = {"figures"}
FOR_COUNSEL = {"open_requested_case", "answer_records_request"}
#: Sent from a button on another page: to open them would do what they do.
ONLY_POSTED = {
    "accept_concern", "accept_request", "take_over", "withdraw_away", "make_feed", "revoke_feed", "keep_draft",
    "end_emergency_access", "invite_again", "accept_transfer", "begin_drill", "go_on", "let_others_answer",
    "leave_drill", "end_drill",
}  # fmt: skip


def routes(patterns: Any = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from routes(pattern.url_patterns)


def declared(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "declared", None)


def test_every_route_is_declared_or_one_of_the_sign_in_pages() -> None:
    undeclared = {pattern.name for pattern in routes() if declared(pattern) is None}
    assert undeclared == set(SIGN_IN)


def test_only_these_routes_open_without_sign_in() -> None:
    assert {p.name for p in routes() if declared(p) and declared(p).public} == PUBLIC


@pytest.mark.django_db
def test_these_open_to_whoever_has_not_signed_in() -> None:
    given = {"language": "es", "token": "x" * 43}
    for full, pattern in named_routes():
        if declared(pattern).public:
            named = {name: given[name] for name in pattern.pattern.converters}
            answer = Client().get(reverse(full, kwargs=named))
            assert reverse("account_login") not in answer.get("Location", ""), full


def test_who_may_use_a_route_stands_here_once_more() -> None:
    """A declaration that is wider than it was is not noticed by a test that reads the declaration."""
    found = {p.name: declared(p) for p in routes() if declared(p) and not declared(p).public}
    of_the_district = {p.name for p in get_resolver("district.urls").url_patterns}
    for name, declaration in found.items():
        roles = (
            EVERYONE if name in FOR_EVERYONE
            else DISTRICT_ROLES if name in FOR_THE_DISTRICT
            else {Role.COUNSEL} if name in FOR_COUNSEL
            else {Role.LIAISON} if name in FOR_THE_LIAISON
            else OVERSEERS if name in of_the_district | FOR_OVERSEERS
            else CASE_ROLES
        )  # fmt: skip
        assert declaration.roles <= roles, name
    assert {name for name, one in found.items() if "GET" not in one.methods} == ONLY_POSTED


def test_a_route_of_a_case_is_for_those_who_work_on_cases() -> None:
    for pattern in routes():
        if declared(pattern) and str(pattern.pattern).startswith("cases/"):
            assert declared(pattern).roles == CASE_ROLES, pattern.name


def test_every_verb_has_a_route_a_view_and_a_template_of_its_name() -> None:
    names = {pattern.name: pattern for pattern in routes()}
    for verb in VERBS | district.workflow.VERBS:
        assert names[verb].callback.__name__ == verb


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace"])
def test_another_method_is_refused_before_anything_is_looked_up(method: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.counselor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = getattr(client, method)(case.get_absolute_url())
    assert answer.status_code == 405
    assert len(asked) == 0


@pytest.mark.django_db
def test_a_denied_case_is_answered_by_the_headers_and_the_queries_of_an_absent_one() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.elsewhere)
    alike = []
    for pk in (case.pk, staff.school.pk):
        answer, sent = ask(client, "get", reverse("cases:case", args=[pk]))
        alike.append((answer.status_code, answer.content, headers(answer), texts(sent)))
    assert alike[0] == alike[1]
    assert alike[0][0] == 404


@pytest.mark.django_db
def test_reading_writes_the_log_and_the_session_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.counselor)
    part = make.part(case, staff.counselor, "report")
    pages = [
        reverse("home"),
        reverse("cases:cases"),
        reverse("cases:concerns"),
        case.get_absolute_url(),
        reverse("cases:close_case", args=[case.pk]),
        reverse("cases:record_outcome", args=[case.pk, part.pk]),
    ]
    for path in pages:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        writing = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert all("audit_event" in sql or "accounts_session" in sql for sql in writing), path
        assert len(writing) >= 1, path


@pytest.mark.django_db
def test_a_reporter_only_colleague_finds_no_case_page_at_all() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.teacher)
    for path in (case.get_absolute_url(), reverse("cases:cases")):
        assert client.get(path).status_code == 404
    assert "reporter" in EVERYONE


@pytest.mark.django_db
def test_nobody_signed_in_is_sent_to_the_sign_in_page_and_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    answer = Client().get(case.get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next=%2Fcases%2F{case.pk}%2F"


@pytest.mark.django_db
def test_a_foreign_part_is_not_found_under_ones_own_case() -> None:
    staff = make.Staff()
    mine, other = make.case(staff), make.case(staff)
    part = make.part(other, staff.counselor, "report")
    path = reverse("cases:record_outcome", args=[mine.pk, part.pk])
    assert signed_in(staff.counselor).get(path).status_code == 404


@pytest.mark.django_db
def test_every_answer_carries_its_headers() -> None:
    staff = make.Staff()
    client = signed_in(staff.counselor)
    for path in (reverse("home"), "/nothing-here/", reverse("directory:emergency_card")):
        answer = client.get(path)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        assert "camera=()" in answer["Permissions-Policy"]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
