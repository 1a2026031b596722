"""The list of signs shows which rule is met, never that one is not."""

import pytest

from protocols.indicators import indicator_list, indicators, rule_met


def values(group: int) -> list[str]:
    return [item.value for item in indicators()[group].items]


def test_the_list_has_two_groups_with_the_rules_of_its_source() -> None:
    assert [(group.at_least, len(group.items)) for group in indicators()] == [(1, 3), (2, 5)]
    assert indicator_list().source


def test_every_sign_has_a_value_of_its_own() -> None:
    assert len(set(values(0) + values(1))) == 8


@pytest.mark.parametrize("sign", values(0))
def test_one_sign_of_the_first_group_meets_its_rule(sign: str) -> None:
    assert rule_met([sign]) == indicators()[0].rule


@pytest.mark.parametrize("sign", values(1))
def test_one_sign_of_the_second_group_says_nothing(sign: str) -> None:
    assert rule_met([sign]) == ""


def test_two_signs_of_the_second_group_meet_its_rule() -> None:
    assert rule_met(values(1)[:2]) == indicators()[1].rule


def test_the_first_group_is_said_first() -> None:
    assert rule_met([*values(0), *values(1)]) == indicators()[0].rule


def test_no_sign_or_an_unknown_one_says_nothing() -> None:
    assert rule_met([]) == rule_met(["unheard_of", "unknown"]) == ""


def test_one_sign_given_twice_counts_once() -> None:
    assert rule_met([values(1)[0], values(1)[0]]) == ""


def test_contact_with_police_asks_only_for_what_was_seen() -> None:
    helps = {item.value: item.help for group in indicators() for item in group.items}
    assert "never a notice from police or court" in helps["contact_with_police"]
