"""What a page says when it cannot do what was asked: nothing but that."""

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from csec import errors
from csec.headers import DatabaseUnreachable

PAGES = [(400, None), (403, None), (403, "403_csrf.html"), (404, None), (500, None), (503, None)]


class Nobody:
    """Whoever looks at the person or the session of a request has asked too much."""

    def __getattr__(self, name: str) -> None:
        raise AssertionError(f"An error page asked for {name}.")


def request_to(address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = Nobody()  # type: ignore[assignment]
    request.session = Nobody()  # type: ignore[assignment]
    return request


@pytest.mark.parametrize(("status", "template"), PAGES)
def test_an_error_page_is_the_same_to_the_byte_whatever_was_asked_and_looks_at_nobody(
    status: int, template: str | None
) -> None:
    first = errors.page(request_to("/cases/6d0f/?q=Avery"), status, template)
    second = errors.page(request_to("/"), status, template)
    assert first.status_code == status
    assert first.content == second.content
    assert b"csrfmiddlewaretoken" not in first.content
    assert not first.cookies


def test_a_page_that_does_not_exist_sets_no_cookie_and_repeats_nothing_of_the_address(client: Client) -> None:
    answer = client.get("/there-is-no-such-page/Avery/")
    assert answer.status_code == 404
    assert b"Avery" not in answer.content
    assert not answer.cookies


@pytest.mark.django_db
def test_a_query_that_takes_too_long_is_a_503_and_is_not_logged_as_a_database_out_of_reach(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        with pytest.raises(OperationalError) as late:
            cursor.execute("SELECT pg_sleep(5)")
        transaction.set_rollback(True)
    middleware = DatabaseUnreachable(lambda request: HttpResponse())
    answer = middleware.process_exception(request_to("/"), late.value)
    assert answer is not None
    assert answer.status_code == 503
    assert caplog.messages == ["PostgreSQL did not answer in time (statement_timeout)."]
