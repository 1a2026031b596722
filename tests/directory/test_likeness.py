"""Which rows of the roster may be the same student: what an office mistypes, and not who merely resembles another."""

from datetime import date
from uuid import uuid4

import pytest

from csec.directory.likeness import SAME_DAY, SAME_ID, SAME_NAME, alike, like, pairs, unlike
from csec.directory.models import Student

BORN = date(2011, 3, 4)


def row(given: str, family: str, born: date | None = None, local_id: str = "") -> Student:
    return Student(pk=uuid4(), given_name=given, family_name=family, birth_date=born, local_id=local_id)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (row("Ana", "Núñez"), row("ANA", "Nunez "), [SAME_NAME]),
        (row("Mary-Ann", "O'Hara"), row("Mary Ann", "O’Hara", BORN), [SAME_NAME]),
        (row("Kim", "Lee", BORN), row("Lee", "Kim", BORN), [SAME_NAME]),
        (row("Kim", "Lee", BORN), row("Kim", "Lee", date(2011, 4, 3)), [SAME_NAME]),
        (row("Kim", "Lee", BORN), row("Kim", "Lee", date(2012, 3, 4)), [SAME_NAME]),
        (row("Katherine", "Reed", BORN), row("Catherine", "Read", BORN), [SAME_DAY]),
        (row("Kai", "Lake", BORN), row("Kay", "Lake", BORN), [SAME_DAY]),
        (row("Alex", "Garcia Lopez", BORN), row("Alexander", "Garcia", BORN), [SAME_DAY]),
        (row("Kim", "Lee", local_id="A-0012"), row("Someone", "Else", local_id="a0012"), [SAME_ID]),
        (row("Kim", "Lee", BORN, "0012"), row("Kim", "Lee", BORN, "12"), [SAME_ID, SAME_NAME]),
    ],
)
def test_what_may_be_the_same_student(one: Student, other: Student, why: list[str]) -> None:
    assert alike(one, other) == alike(other, one) == why
    assert {(a.pk, b.pk) for a, b, _why in pairs([one, other])} == {(one.pk, other.pk)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Twins; two of one name; a family; no local id at all; of one day.
        (row("Mia", "Lopez", BORN), row("Max", "Lopez", BORN)),
        (row("Kim", "Lee", BORN), row("Kim", "Lee", date(2013, 9, 30))),
        (row("Katherine", "Reed"), row("Catherine", "Reed")),
        (row("Kim", "Lee"), row("Ana", "Diaz")),
        (row("Kim", "Lee", BORN), row("Ana", "Diaz", BORN)),
    ],
)
def test_what_is_rather_somebody_else(one: Student, other: Student) -> None:
    assert not alike(one, other)
    assert not pairs([one, other])


def test_rows_that_are_rather_two_students_are_told_from_those_of_which_little_is_known() -> None:
    kim, other = row("Kim", "Lee", BORN), date(2013, 9, 30)
    assert unlike(kim, row("Ana", "Diaz", other))
    assert not unlike(kim, row("Kym", "Lee", other))
    assert not unlike(kim, row("Ana", "Diaz", BORN))
    assert not unlike(kim, row("Ana", "Diaz"))


def test_of_many_the_pairs_come_in_the_order_of_the_names_and_each_once() -> None:
    zoe, also = row("Zoe", "Ames", BORN, "7"), row("Zoé", "Ames", BORN, "07")
    ana, twice, thrice = (row("Ana", "Bell", BORN) for _ in range(3))
    found = pairs([ana, zoe, twice, also, thrice, row("Kim", "Lee")])
    assert next({a.pk, b.pk} for a, b, _why in found) == {zoe.pk, also.pk}
    assert len(found) == 4
    assert like(ana, [ana, twice, zoe]) == [twice]
