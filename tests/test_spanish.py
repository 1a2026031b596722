"""Every text is there in Spanish, with what stands in it, and what is shown is what was translated."""

import re

import pytest
from django.utils import translation

from tests import catalog

#: What is filled in, and the markup around it.
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}|</?\w+[^>]*>")
#: A text about one of something may leave the number out, or say "one".
_NUMBERS = {"%(count)s", "%(count)d", "%(n)s", "%(n)d", "%(days)s", "%(days)d", "%(left)s"}
#: Words that judge a child, or that mean an informer: the same that no English text has.
_FORBIDDEN = re.compile(
    r"perpetrador|prostitu|informante|delator|\bfugitiv|\bofensor|\bpedófil", re.IGNORECASE
)


@pytest.fixture(scope="module")
def entries() -> list[catalog.Translated]:
    return catalog.committed()


def test_the_catalog_holds_the_texts_of_the_tree_and_no_others(entries: list[catalog.Translated]) -> None:
    """Run `django-admin makemessages -l es --add-location file --no-wrap`, translate what is new, compile."""
    asked = catalog.asked_for()
    kept = {entry.text for entry in entries}
    # gettext holds one entry for a text that is used with a plural and without.
    assert {text: place for text, place in asked.items() if text not in kept} == {}
    assert kept - set(asked) == set()


def test_every_text_has_a_translation_that_somebody_has_looked_at(entries: list[catalog.Translated]) -> None:
    assert len(entries) > 2000
    for entry in entries:
        assert all(words.strip() for words in entry.into), entry.text
        assert len(entry.into) == (2 if entry.text.many else 1), entry.text
        assert "fuzzy" not in entry.flags, entry.text


def test_nothing_that_is_filled_in_is_lost_or_made_up(entries: list[catalog.Translated]) -> None:
    for entry in entries:
        texts = (entry.text.one, entry.text.many)[: len(entry.into)]
        for text, words in zip(texts, entry.into, strict=True):
            given, kept = set(_PLACE.findall(text)), set(_PLACE.findall(words))
            if entry.text.many:
                given, kept = given - _NUMBERS, kept - _NUMBERS
            assert kept == given, words
            # Text at the edges is joined to what stands beside it.
            assert (words[0].isspace(), words[-1].isspace()) == (text[0].isspace(), text[-1].isspace()), words


def test_no_translation_says_what_no_text_says(entries: list[catalog.Translated]) -> None:
    for entry in entries:
        for words in entry.into:
            assert not _FORBIDDEN.search(words), words


def test_what_is_shown_is_what_was_translated(entries: list[catalog.Translated]) -> None:
    """The compiled catalog is committed, because a machine with Python alone cannot make it: compile it again."""
    assert catalog.compiled() == catalog.as_compiled(entries)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% load i18n %}{% translate "It’s 50%" %}', {catalog.Text("", "It’s 50%%")}),
        (
            "{% load i18n %}{% blocktranslate trimmed count n=x with a=b %}\n {{ n }} of\n {{ a }}"
            "{% plural %}{{ n }} all{% endblocktranslate %}",
            {catalog.Text("", "%(n)s of %(a)s", "%(n)s all")},
        ),
        ('{% load i18n %}{{ x|default:_("nobody") }}', {catalog.Text("", "nobody")}),
        ('{% load i18n %}{% translate "May" context "month" %}', {catalog.Text("month", "May")}),
    ],
)
def test_the_extractor_finds_what_a_template_asks_for(source: str, found: set[catalog.Text]) -> None:
    assert set(catalog.in_template(source)) == found


def test_the_extractor_finds_what_code_asks_for() -> None:
    source = """
A = _("one " "text")
B = ngettext("%(n)d day", "%(n)d days", 2)
C = pgettext("month", "May")
D = something("no text")
"""
    assert set(catalog.in_code(source)) == {
        catalog.Text("", "one text"),
        catalog.Text("", "%(n)d day", "%(n)d days"),
        catalog.Text("month", "May"),
    }


def test_a_number_of_days_is_said_in_both_languages() -> None:
    from cases.rhythm import Rhythm

    with translation.override("es"):
        assert Rhythm.every_days(1).words() == "cada día"
        assert Rhythm.every_days(3).words() == "cada 3 días"
        assert Rhythm.per_week([0, 3]).words() == "cada lunes y jueves"
