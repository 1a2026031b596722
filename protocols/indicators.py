"""The list of signs from a county's school page. It never decides: "If you reasonably suspect, report." """

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from protocols import reading
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


@lru_cache(maxsize=1)
def indicator_list() -> IndicatorList:
    """The list that comes with the product, read once per process. DefinitionError when it cannot be used."""
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
