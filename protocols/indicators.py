"""The list of signs from a county's school page. It never decides: "If you reasonably suspect, report." """

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from django.conf import settings
from django.utils import translation
from msgspec import Meta
from msgspec.structs import replace

from protocols import reading, translations
from protocols.schema import Definition, DefinitionError, Label, Slug, Words

FILE = Path(__file__).resolve().parent / "indicators.toml"


class Item(Definition, frozen=True):
    """One sign. `value` is what a concern stores."""

    value: Slug
    label: Label
    help: str = ""


class Group(Definition, frozen=True):
    """Signs that count together: `rule` is said once `at_least` of them were seen."""

    id: Slug
    label: Label
    at_least: Annotated[int, Meta(ge=1)]
    rule: Words
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]


class IndicatorList(Definition, frozen=True):
    """The groups, and where they come from."""

    source: Words
    groups: Annotated[tuple[Group, ...], Meta(min_length=1)]


def indicator_list() -> IndicatorList:
    """The list that comes with the product, in the active language. DefinitionError when it cannot be used."""
    return _in_language(translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache
def _in_language(language: str) -> IndicatorList:
    """Read once per process. A language without a file of its own is shown the English words."""
    found = _read()
    path = FILE.parent / language / FILE.name
    if language not in dict(settings.LANGUAGES) or not path.exists():
        return found
    words = translations.read(path)
    translations.compare(words, words_of(found), file=f"{language}/{FILE.name}")
    groups = []
    for group in found.groups:
        items = tuple(
            replace(
                item,
                label=words[f"{group.id}.{item.value}.label"],
                help=words.get(f"{group.id}.{item.value}.help", ""),
            )
            for item in group.items
        )
        named = {"label": words[f"{group.id}.label"], "rule": words[f"{group.id}.rule"]}
        groups.append(replace(group, **named, items=items))
    return IndicatorList(source=words["source"], groups=tuple(groups))


def words_of(found: IndicatorList) -> dict[str, str]:
    """Every text of the list, by its key in a translation."""
    words = {"source": found.source}
    for group in found.groups:
        words |= {f"{group.id}.label": group.label, f"{group.id}.rule": group.rule}
        for item in group.items:
            words[f"{group.id}.{item.value}.label"] = item.label
            if item.help:
                words[f"{group.id}.{item.value}.help"] = item.help
    return words


@lru_cache(maxsize=1)
def _read() -> IndicatorList:
    document = reading.toml(FILE.read_text(encoding="utf-8"), file=FILE.name)
    try:
        return msgspec.convert(document, IndicatorList)
    except msgspec.ValidationError as error:
        raise DefinitionError(f"{FILE.name}: {error}") from error


def indicators() -> tuple[Group, ...]:
    """The groups of signs, in the order of the page."""
    return indicator_list().groups


def rule_met(chosen: Collection[str]) -> str:
    """The words of the first rule that the chosen signs meet, or "". Never says that a rule is not met."""
    for group in indicators():
        if sum(item.value in chosen for item in group.items) >= group.at_least:
            return group.rule
    return ""
