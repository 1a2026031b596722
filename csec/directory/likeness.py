"""Which rows of the roster may be the same student: by local id, name and birth date, as offices mistype them."""

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from csec.directory.models import Student

#: Two spellings that have so much in common are one name: Katherine and Catherine, not Mia and Max.
SPELLING = 0.7
#: Letters that are no other letter with an accent, and are typed as one where the keyboard does not have them.
_OTHERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t"}
)
_APOSTROPHES = "'’‘`´ʻʼ"
SAME_ID = _("The same local id")
SAME_NAME = _("The same name")
SAME_DAY = _("The same birth date, and a name like it")


def plain(text: str) -> list[str]:
    """The words of a name without accents, capitals, hyphens and apostrophes."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_OTHERS)
    bare = "".join(one for one in letters if not unicodedata.combining(one) and one not in _APOSTROPHES)
    return "".join(one if one.isalnum() else " " for one in bare).split()


def alike(one: Student, other: Student) -> list[Any]:
    """Why both may be the same student, in words; empty where nothing says so."""
    reasons: list[Any] = []
    born, also = one.birth_date, other.birth_date
    if _id(one) and _id(one) == _id(other):
        reasons.append(SAME_ID)
    if _name(one) == _name(other):
        if born is None or also is None or _nearly(born, also):
            reasons.append(SAME_NAME)
    elif born and born == also and _named_alike(one, other):
        reasons.append(SAME_DAY)
    return reasons


def unlike(one: Student, other: Student) -> bool:
    """Whether nothing in two rows would let anybody take them for one student: neither the name nor the birth date."""
    born, also = one.birth_date, other.birth_date
    return bool(born and also and not _nearly(born, also)) and not _named_alike(one, other)


def like(one: Student, among: Iterable[Student]) -> list[Student]:
    """Those who may be the same student as `one`."""
    return [other for other in among if other.pk != one.pk and alike(one, other)]


def pairs(students: Iterable[Student]) -> list[tuple[Student, Student, list[Any]]]:
    """Every two of them that may be the same student, and why; in the order of the names."""
    groups: dict[Hashable, list[Student]] = defaultdict(list)
    for one in students:
        for key in (("id", _id(one)), ("name", _name(one)), ("born", one.birth_date)):
            if key[1]:
                groups[key].append(one)
    found: dict[frozenset[UUID], tuple[Student, Student, list[Any]]] = {}
    for group in groups.values():
        for one, other in combinations(group, 2):
            both = frozenset((one.pk, other.pk))
            if both not in found and (reasons := alike(one, other)):
                found[both] = (one, other, reasons)
    return sorted(found.values(), key=lambda pair: (pair[0].family_name, pair[0].given_name, str(pair[0].pk)))


def _name(student: Student) -> tuple[str, ...]:
    """The words of the whole name in one order: what was put into the other field is the same name."""
    return tuple(sorted([*plain(student.given_name), *plain(student.family_name)]))


def _id(student: Student) -> str:
    """A local id without what is written or left out at will."""
    return "".join(one for one in student.local_id.casefold() if one.isalnum()).lstrip("0")


def _nearly(one: date, other: date) -> bool:
    """The same day but for one mistake: one of its three numbers, or day and month the other way round."""
    same = sum(getattr(one, part) == getattr(other, part) for part in ("year", "month", "day"))
    turned = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return same >= 2 or turned


def _named_alike(one: Student, other: Student) -> bool:
    return _like(one.given_name, other.given_name) and _like(one.family_name, other.family_name)


def _like(one: str, other: str) -> bool:
    """A word in common, the beginning of the other (Alex, Alexander), all letters but one, or most of them."""
    words, others = plain(one), plain(other)
    first, second = "".join(words), "".join(others)
    if set(words) & set(others) or (min(len(first), len(second)) > 1 and _begins(first, second)):
        return True
    if len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1:
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= SPELLING


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
