"""In which language somebody reads: their own choice, then the cookie, then what the browser asks for, then English."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from csec.accounts.language import choose_language
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.accounts.at_the_door import PASSWORD, logged, sign_in

pytestmark = pytest.mark.django_db

CARD = "/emergency/"


def spoken(answer: Any) -> str:
    """What the page says of its own language."""
    return str(answer.content.decode().split('<html lang="', 1)[1].split('"', 1)[0])


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def signed_in(staff: make.Staff) -> Client:
    client = Client()
    client.force_login(staff.counselor)
    return client


def test_a_public_page_is_in_what_the_browser_asks_for_first_and_that_there_is() -> None:
    assert spoken(Client().get(CARD)) == "en"
    assert spoken(Client().get(CARD, headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})) == "es"
    assert spoken(Client().get(CARD, headers={"Accept-Language": "tl, fr;q=0.9"})) == "en"


def test_the_cookie_goes_before_what_the_browser_asks_for() -> None:
    client = Client(headers={"Accept-Language": "en-US"})
    answer = client.get(reverse("speak", args=["es"]), headers={"Referer": f"http://testserver{CARD}"})
    assert (answer.status_code, answer["Location"]) == (302, CARD)
    assert spoken(client.get(CARD)) == "es"
    assert list(answer.cookies) == ["language"]
    assert answer.cookies["language"]["httponly"]


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/protocol/?q=Avery", "/protocol/"),
        ("http://testserver//example.org/", "/example.org/"),
        ("http://testserver/\\example.org", "/%5Cexample.org"),
        ("https://example.org/emergency/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_switch_leads_back_to_a_page_of_ours_and_nowhere_else(came_from: str, back: str) -> None:
    answer = Client().get(reverse("speak", args=["es"]), headers={"Referer": came_from})
    assert answer["Location"] == back


def test_a_language_that_there_is_not_is_absent_and_sets_nothing() -> None:
    answer = Client().get(reverse("speak", args=["fr"]))
    assert answer.status_code == 404
    assert not answer.cookies


def test_ones_own_choice_goes_before_the_cookie_and_the_public_pages_follow(
    signed_in: Client, staff: make.Staff
) -> None:
    signed_in.cookies["language"] = "en"
    answer = signed_in.post(reverse("choose_language"), {"language": "es", "next": reverse("cases:concerns")})
    assert answer["Location"] == reverse("cases:concerns")
    assert spoken(signed_in.get(reverse("home"))) == "es"
    assert spoken(signed_in.get(CARD)) == "es"
    signed_in.cookies["language"] = "en"
    assert spoken(signed_in.get(reverse("home"))) == "es"
    assert spoken(signed_in.get(reverse("mfa_index"))) == "es"


def test_what_cannot_be_done_is_said_in_ones_own_language_too(signed_in: Client, staff: make.Staff) -> None:
    with acting_as(staff.counselor.pk):
        choose_language(staff.counselor, "es")
    for address, title in (
        (reverse("cases:case", args=[staff.school.pk]), "Aquí no hay nada"),
        (reverse("cases:figures"), "Aquí no hay nada"),
    ):
        answer = signed_in.get(address)
        assert (answer.status_code, spoken(answer)) == (404, "es")
        assert title in answer.content.decode()
    refused = Client(enforce_csrf_checks=True, headers={"Accept-Language": "es"})
    answer = refused.post(reverse("account_login"), {"login": "ada@example.org"})
    assert (answer.status_code, spoken(answer)) == (403, "es")
    assert "Este formulario" in answer.content.decode()


def test_a_choice_is_one_event_that_does_not_say_which(signed_in: Client, staff: make.Staff) -> None:
    with logged() as events:
        signed_in.post(reverse("choose_language"), {"language": "es"})
    assert events == [("language_chosen", "done")]
    assert User.objects.get(pk=staff.counselor.pk).language == "es"


def test_to_choose_none_leaves_it_to_the_browser_again(signed_in: Client) -> None:
    signed_in.post(reverse("choose_language"), {"language": "es"})
    answer = signed_in.post(reverse("choose_language"), {"language": ""})
    assert answer["Location"] == reverse("choose_language")
    assert spoken(signed_in.get(reverse("home"))) == "en"
    assert spoken(signed_in.get(reverse("home"), headers={"Accept-Language": "es"})) == "es"


def test_a_language_that_is_not_offered_is_an_error_on_the_page_and_no_event(signed_in: Client) -> None:
    with logged() as events:
        answer = signed_in.post(reverse("choose_language"), {"language": "fr"})
    assert answer.status_code == 200
    assert events == []


def test_whoever_signs_in_finds_the_public_pages_in_their_language_as_well(staff: make.Staff) -> None:
    person = staff.counselor
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    with acting_as(person.pk):
        choose_language(person, "es")
    client = Client()
    sign_in(client, person.email)
    assert client.cookies["language"].value == "es"
    assert spoken(client.get(CARD)) == "es"


def test_the_choice_is_nobody_elses(staff: make.Staff) -> None:
    words = "UPDATE accounts_user SET language = 'es' WHERE id = %s"
    for acting in (staff.administrator, staff.liaison):
        with (
            pytest.raises(ProgrammingError, match="own to choose"),
            transaction.atomic(),
            acting_as(acting.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(words, [staff.counselor.pk])
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(words, [staff.counselor.pk])
        assert cursor.rowcount == 1


def test_a_language_that_is_not_known_is_refused_by_the_verb(staff: make.Staff) -> None:
    with pytest.raises(ValueError, match="not a language"):
        choose_language(staff.counselor, "fr")


def test_the_switch_works_from_every_page_without_a_script(signed_in: Client) -> None:
    own = signed_in.get(reverse("home")).content.decode()
    assert f'<form method="post" action="{reverse("choose_language")}">' in own
    assert 'name="language" value="es" lang="es">Español</button>' in own
    for address in (CARD, "/emergency/cards/", "/protocol/", reverse("account_login")):
        page = Client().get(address).content.decode()
        assert 'href="/language/es/" lang="es" hreflang="es" rel="nofollow">Español</a>' in page, address
