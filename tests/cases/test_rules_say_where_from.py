"""Each rule that a page shows to staff says where it comes from: the printed page, a statute, or practice."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from csec.directory.models import District
from tests import make

#: By which words a paragraph of a template is known as a rule.
RULES = (
    "tell the minimum",
    "reasonably suspect",
    "legal counsel releases",
    "legal counsel ends",
    "for themselves alone",
    "yours alone",
    "duty to report ends",
    "their own duty to report",
    "question the student",
    "lawful authority",
    "before dismissal",
    "no voicemail",
    "needs no consent",
    "whatever the sro does",
    "not a mandated report",
    "officer notifies",
    "frozen at once",
)
#: The source of the whole panel stands at its end.
AT_THE_END = {"_concern_why.html"}
PARAGRAPH = re.compile(r"<(?:p|li|dd|td)\b[^>]*>(.*?)(?=</?(?:p|li|dd|td|ul|div|section)\b|\Z)", re.S)
WORDS = re.compile(r'translate "([^"]+)"|blocktranslate[^%]*%}(.*?){%', re.S)
SOURCE = re.compile(r'class="source"|\.source }}')
LAW = re.compile(r"Code \d|CFR \d")


def rules() -> list[tuple[str, str, bool]]:
    """The paragraphs that tell a rule, by their template, and whether each says where it comes from."""
    found = []
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        for paragraph in PARAGRAPH.finditer(path.read_text()):
            words = " ".join(one or other for one, other in WORDS.findall(paragraph[1]))
            if any(rule in words.casefold() for rule in RULES):
                sourced = bool(SOURCE.search(paragraph[1])) or bool(LAW.search(words))
                found.append((path.name, words[:80], sourced))
    return found


def test_no_rule_stands_on_a_page_without_its_source() -> None:
    found = rules()
    assert len(found) > 40
    assert [one for one in found if not one[2] and one[0] not in AT_THE_END] == []


@pytest.mark.django_db
def test_the_blank_form_and_the_card_name_the_number_of_the_district_and_what_holds_at_dismissal() -> None:
    make.district()
    District.objects.update(emergency_number="9-911")
    blank = Client().get(reverse("cases:blank_concern")).content.decode()
    assert "In immediate danger call 9-911 first." in blank
    card = Client().get(reverse("directory:emergency_card")).content.decode()
    assert "9-911" in card
    assert "Before dismissal, ask Child Welfare Services or the police if going home is safe." in card
    assert "Do not refuse to hand the student to a parent with custody without lawful authority." in card
