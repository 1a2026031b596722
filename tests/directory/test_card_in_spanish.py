"""The emergency card in Spanish: our own words on it are translated, and what a district typed stays as it is."""

import tomllib

import pytest
from django.utils import translation

from csec.directory import card
from tests import make

SPANISH = card.DEFAULTS.parent / "es" / card.DEFAULTS.name


def test_every_word_that_comes_with_the_product_has_its_spanish() -> None:
    words = tomllib.loads(SPANISH.read_text(encoding="utf-8"))
    said = {
        getattr(one, name) for one in card.built_in().agencies for name in ("name", "other_contact", "note")
    }
    assert set(words) == said - {""}


def test_the_national_numbers_are_the_same_in_both_languages() -> None:
    english = card.in_words(card.built_in())
    with translation.override("es"):
        spanish = card.in_words(card.built_in())
    assert [one.telephone for one in english.agencies] == [one.telephone for one in spanish.agencies]
    [hotline] = spanish.hotlines
    assert (
        hotline.note
        == "Llamar aquí da consejo y ayuda; no es un reporte a los Servicios de Bienestar Infantil (Child Welfare)."
    )
    assert "233733" in hotline.other_contact


@pytest.mark.django_db
def test_what_the_district_typed_is_shown_as_it_was_typed() -> None:
    make.district()
    make.number_of()
    english = card.card()
    with translation.override("es"):
        spanish = card.card()
    [ours], [theirs] = english.child_welfare, spanish.child_welfare
    assert ours == theirs
    assert spanish.hotlines[0].name.startswith("Línea Nacional")
