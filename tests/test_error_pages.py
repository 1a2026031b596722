"""What a page says when it cannot do what was asked: nothing but that."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from csec import errors

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
