"""What is hidden of a table cannot be worked out from what is shown of it, at each place and of all together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest

from csec.small_numbers import FEWEST, NONE, Cell, Shown, what_is_shown

Row = tuple[int, ...]
#: Of two places or three, categories, and how many there are at most at each; and whether that is known.
ONE, TWO = (1, 3, 12, True), (2, 2, 9, True)
DAILY = [ONE, TWO, (2, 2, 7, False)]
MORE = [
    (1, 4, 14, True),
    (2, 2, 14, True),
    (2, 3, 8, True),
    (3, 2, 7, True),
    (2, 2, 13, False),
    (2, 3, 7, False),
]


def decide(rows: Sequence[Row], mixed: bool) -> Shown[int, int]:
    table = {place: {n: Cell(value, value) for n, value in enumerate(row)} for place, row in enumerate(rows)}
    return what_is_shown(table, range(len(rows[0])), mixed=mixed)


def cells(rows: Sequence[Row]) -> Iterator[tuple[int | None, int, int]]:
    """Each number that a page can have: the place (None for all), the category, the value."""
    for category in range(len(rows[0])):
        yield None, category, sum(row[category] for row in rows)
        yield from ((place, category, row[category]) for place, row in enumerate(rows))


@pytest.mark.parametrize(
    ("places", "categories", "most", "mixed"),
    [*DAILY, *(pytest.param(*one, marks=pytest.mark.thorough) for one in MORE)],
)
def test_each_hidden_number_could_be_another_also_for_whoever_works_the_procedure_backward(
    places: int, categories: int, most: int, mixed: bool
) -> None:
    """Every table there is, put together by the pages that it has: a reader knows which pages, and not which table."""
    alike = defaultdict(list)
    rows = [row for row in product(range(most + 1), repeat=categories) if sum(row) <= most]
    for table in product(rows, repeat=places):
        shown = decide(table, mixed)
        pages = tuple(value if shown.at(place, one) else None for place, one, value in cells(table))
        known = tuple(map(sum, table)) if mixed else ()
        alike[pages, known].append([value for _place, _one, value in cells(table)])
    for (pages, known), tables in alike.items():
        for n, number in enumerate(pages):
            if number is None:
                could_be = {table[n] for table in tables}
                assert len(could_be) > 1, (pages, known)
                of_all = n % (places + 1) == 0
                if of_all and not (mixed and sum(known) < FEWEST):
                    assert min(could_be) < FEWEST <= max(could_be), (pages, known)


def test_no_small_number_is_left_in_what_can_be_worked_out() -> None:
    """In larger tables, in which a case can stand for several: by place, by category, and in the remainder of both."""
    for seed in range(300):
        check(Random(seed), f"seed {seed}")


def check(chance: Random, seed: str) -> None:
    places, categories = range(chance.randint(1, 6)), range(chance.randint(2, 8))
    table = {}
    for place in places:
        cases = {one: chance.choice([0, 0, 1, 3, 6, 9, 20]) for one in categories}
        table[place] = {one: Cell(n + chance.randint(0, 9) if n else 0, n) for one, n in cases.items()}
    shown = what_is_shown(table, categories, mixed=chance.random() < 0.5)
    everywhere = {one: sum((row[one] for row in table.values()), NONE) for one in categories}
    for one in categories:
        if shown.at(None, one):
            assert not everywhere[one].is_small, seed
            elsewhere = [row[one] for place, row in table.items() if not shown.at(place, one)]
            assert not sum(elsewhere, NONE).is_small, seed
        assert all(not row[one].is_small for place, row in table.items() if shown.at(place, one)), seed
    if shown.hidden:
        hidden = [everywhere[one].cases for one in shown.hidden]
        assert len(hidden) > 1, seed
        assert max(hidden) >= FEWEST, seed


def test_a_small_number_takes_another_along_and_a_whole_school_with_it() -> None:
    small = decide([(9, 2, 7)], mixed=True)
    assert [small.at(None, one) for one in range(3)] == [True, False, False]
    schools = decide([(9, 8, 7), (6, 2, 6), (0, 0, 0)], mixed=True)
    # The second is not shown, and the first would give it away; that the third has none is known anyway.
    assert [schools.at(None, one) for one in range(3)] == [True, True, True]
    assert [schools.at(place, 1) for place in range(3)] == [False, False, True]


def test_what_everybody_has_in_common_is_hidden_where_their_number_is_known() -> None:
    assert not decide([(12, 0)], mixed=True).at(None, 0)
    assert decide([(12, 0)], mixed=False).at(None, 0)
    assert not decide([(4, 0)], mixed=False).at(None, 0)
