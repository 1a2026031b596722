"""The protocol's words are marked in the language in which they stand there, so that they are read aloud in it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case
from csec.accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db

DECIDES = {
    "en": "Translation; the printed English page decides.",
    "es": "Traducción; decide la página impresa en inglés.",
}


def page(person: User, path: str, language: str) -> str:
    client = Client()
    client.force_login(person)
    client.post(reverse("choose_language"), {"language": language})
    return client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]


def help_of_step(staff: make.Staff, case: Case) -> tuple[User, str]:
    part = make.part(case, staff.counselor, "report")
    return staff.counselor, reverse("cases:help_step", args=[case.pk, part.pk])


def help_contents(staff: make.Staff, case: Case) -> tuple[User, str]:
    return staff.teacher, reverse("cases:help_contents")


def preview(staff: make.Staff, case: Case) -> tuple[User, str]:
    found = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", values=found)
    make.on_case_as_counsel(case, staff)
    return staff.counsel, reverse("cases:preview_records", args=[case.pk])


@pytest.mark.parametrize("place", [help_of_step, help_contents, preview])
def test_the_words_of_the_protocol_are_marked_in_their_own_language_and_a_translation_says_what_decides(
    place,
) -> None:
    staff = make.Staff()
    person, path = place(staff, make.case(staff))
    for language, other in (("en", "es"), ("es", "en")):
        shown = page(person, path, language)
        assert f'lang="{language}"' in shown
        assert f'lang="{other}"' not in shown
        assert (DECIDES[language] in shown) is (language == "es")
