"""A translation stands beside its definition, under the same keys, and never becomes the protocol."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.test import Client
from django.utils import translation

from protocols import indicators, loader, schema, translations, wording
from protocols.models import ProtocolVersion
from protocols.schema import DefinitionError, Protocol
from tests.protocols.test_load_protocols import AT, SMALL, command

#: The words that stay: a name that is the same in both.
SAME = {"SRO", "No", "Fax"}


def small() -> Protocol:
    return schema.parse(SMALL, file="small.toml")


def words() -> dict[str, str]:
    """A translation that has everything."""
    return {key: f"{text} (es)" for key, text in translations.words_of(small()).items()}


def written(tmp_path: Path, said: dict[str, str]) -> Path:
    """The definition with that translation beside it."""
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "es").mkdir()
    lines = [f'{key} = "{text}"' for key, text in said.items()]
    (tmp_path / "es" / "small.toml").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_each_shipped_definition_has_every_text_in_spanish() -> None:
    found = loader.read(loader.DEFINITIONS)
    assert [source.languages for source in found] == [("es",)] * 3
    for source in found:
        said = translations.read(loader.DEFINITIONS / "es" / source.file)
        english = translations.words_of(source.protocol)
        assert {text for key, text in english.items() if said[key] == text} <= SAME


def test_a_text_that_is_missing_is_named_by_its_key(tmp_path: Path) -> None:
    said = words()
    key = next(key for key in said if key.endswith(".text"))
    del said[key]
    with pytest.raises(DefinitionError, match=rf"es/small\.toml: {key} is missing"):
        loader.read(written(tmp_path, said))


def test_a_key_that_the_definition_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"tracks\.none\.title is not a text of the definition"):
        loader.read(written(tmp_path, words() | {"tracks.none.title": "Nada"}))


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    directory = written(tmp_path, words())
    file = directory / "es" / "small.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nmore = 3\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="more is not a text in quotes"):
        loader.read(directory)


def test_a_condition_is_underlined_in_the_words_of_its_step() -> None:
    for source in loader.read(loader.DEFINITIONS):
        said = translations.read(loader.DEFINITIONS / "es" / source.file)
        for track in translations.in_words(source.protocol, said, "es").tracks:
            for step in track.steps:
                assert ("<em>" in wording.printed(step)) == bool(step.condition)


def test_a_condition_that_is_no_part_of_its_step_is_named(tmp_path: Path) -> None:
    definition = (loader.DEFINITIONS / "csec-2011-08-27-3.toml").read_text(encoding="utf-8")
    spanish = (loader.DEFINITIONS / "es" / "csec-2011-08-27-3.toml").read_text(encoding="utf-8")
    (tmp_path / "csec.toml").write_text(definition, encoding="utf-8")
    (tmp_path / "es").mkdir()
    wrong = spanish.replace('condition = "si corresponde"', 'condition = "si procede"')
    (tmp_path / "es" / "csec.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"steps\.3\.condition is no part of the step's text"):
        loader.read(tmp_path)


def test_a_translation_into_no_language_of_the_pages_is_refused(tmp_path: Path) -> None:
    directory = written(tmp_path, words())
    (directory / "es").rename(directory / "xx")
    with pytest.raises(DefinitionError, match="xx is not a language"):
        loader.read(directory)


def test_a_translation_of_no_definition_is_refused(tmp_path: Path) -> None:
    directory = written(tmp_path, words())
    (directory / "es" / "small.toml").rename(directory / "es" / "smal.toml")
    with pytest.raises(DefinitionError, match=r"there is no smal\.toml"):
        loader.read(directory)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_command_says_which_languages_there_are_and_publishes_the_definition_alone(
    tmp_path: Path,
) -> None:
    directory = written(tmp_path, words())
    before = ProtocolVersion.objects.using("owner").count()
    assert command(directory, "--check") == ["small 1 (small.toml): would be loaded, in es as well"]
    loader.load(directory, at=AT)
    assert ProtocolVersion.objects.using("owner").count() == before + 1
    assert ProtocolVersion.objects.using("owner").published("small", "1").get().text == SMALL
    # It may be mended at any time.
    file = directory / "es" / "small.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("(es)", "(español)"), encoding="utf-8")
    assert command(directory) == ["small 1 (small.toml): unchanged, in es as well"]
    file.write_text('title = "Nada"\n', encoding="utf-8")
    with pytest.raises(CommandError, match="is missing"):
        command(directory, "--check")


def test_the_same_duties_are_asked_for_in_both_languages() -> None:
    """What is read changes, and nothing that a rule goes by."""
    english = loader.shipped(date(2026, 11, 20))
    with translation.override("es"):
        spanish = loader.shipped(date(2026, 11, 20))
    assert spanish.tracks[1].title == "Posible víctima de CSEC"
    for ours, theirs in zip(english.tracks, spanish.tracks, strict=True):
        assert (ours.language, theirs.language) == ("en", "es")
        assert not ours.translated
        assert theirs.translated
        for (_step, one), (_its, other) in zip(ours.parts(), theirs.parts(), strict=True):
            for name in ("id", "kind", "actors", "outcomes", "fields", "compartment", "due", "repeat"):
                assert getattr(one, name) == getattr(other, name)
            assert (one.gate and one.gate.parts) == (other.gate and other.gate.parts)
            mine, its = english.fields_of(one), spanish.fields_of(other)
            assert [(f.name, f.type, f.required_for, f.asked, f.shared) for f in mine] == [
                (f.name, f.type, f.required_for, f.asked, f.shared) for f in its
            ]
            assert [[c.value for c in f.choices] for f in mine] == [[c.value for c in f.choices] for f in its]


@pytest.mark.django_db
def test_a_published_version_is_read_in_the_language_of_the_page() -> None:
    version = ProtocolVersion.objects.in_force(date(2026, 11, 20))
    with translation.override("es"):
        assert version.definition.tracks[0].steps[0].acts == "la dirección, después el SRO"
    assert version.definition.tracks[0].steps[0].acts == "administrator, then SRO"


def test_a_version_without_a_translation_stays_in_its_own_words_and_says_so() -> None:
    with translation.override("es"):
        spoken = translations.spoken(small())
    assert spoken == small()
    assert spoken.tracks[0].language == "en"


def test_the_page_says_that_it_is_a_translation_and_which_page_decides() -> None:
    decides = "Traducción; decide la página impresa en inglés."
    page = Client(headers={"Accept-Language": "es"}).get("/protocol/").content.decode()
    assert decides in page
    assert '<ol class="protocol-steps" lang="es">' in page
    assert "Confirmed victim" not in page
    english = Client().get("/protocol/").content.decode()
    assert '<ol class="protocol-steps" lang="en">' in english
    assert "Translation" not in english


def test_the_list_of_signs_has_the_same_signs_in_both_languages() -> None:
    english = indicators.indicator_list()
    with translation.override("es"):
        spanish = indicators.indicator_list()
        rule = indicators.rule_met(["controlled_by_another"])
    assert rule.startswith("Se vio una señal del primer grupo.")
    for ours, theirs in zip(english.groups, spanish.groups, strict=True):
        assert (ours.id, ours.at_least) == (theirs.id, theirs.at_least)
        assert [item.value for item in ours.items] == [item.value for item in theirs.items]
        assert not {item.label for item in ours.items} & {item.label for item in theirs.items}
