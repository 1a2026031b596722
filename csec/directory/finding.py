"""
How well a name fits what somebody typed who looks for it: in part, misspelled, in another order, without its accents.

Plain Python over names that were fetched before. So the database is never asked for a name: what is typed stands in no
statement and in no log of one, and what is not among the names that the caller may see costs no time and changes
nothing.
"""

import re
from collections.abc import Iterable, Iterator

from csec.directory.likeness import plain

#: From so many letters on something can be looked for.
LETTERS = 2
#: How a whole word fits: as it is, by how it begins, by how it sounds, with a letter or two that are wrong.
SAME, BEGINS, SOUNDS, NEARLY = 1.0, 0.9, 0.8, 0.7
ONE_LETTER = 0.1
MOST_WRONG = 2
#: A word that begins nearly so.
BEGINS_NEARLY = 0.4
#: So many words that are found make up for others that are not; not such as “de la”.
ENOUGH = 2
#: What is written in one word and in several: De la Cruz, Delacruz.
JOINED = 0.95

_LETTERS = str.maketrans({"k": "c", "q": "c", "z": "s", "y": "i", "v": "b"})
_SOUNDS = (("ph", "f"), ("ck", "k"))
_TWICE = re.compile(r"(.)\1+")


class Sought:
    """A name as it was typed. What was compared once is known as long as this search lasts, and no longer."""

    def __init__(self, typed: str) -> None:
        self.words = plain(typed)
        self._together = _Word("".join(self.words))
        self._each = [_Word(one) for one in self.words]

    @property
    def enough(self) -> bool:
        return len(self._together.typed) >= LETTERS

    def fit(self, names: Iterable[str]) -> float:
        """How well the best of these names of one person fits: 1 is the same, 0 is another."""
        return max((self._fit(plain(name)) for name in names), default=0.0) if self.enough else 0.0

    def _fit(self, name: list[str]) -> float:
        """Each word that was typed is found somewhere in the name, in any order; or all of them are, in one word."""
        each = [one.fit(name) for one in self._each]
        if all(each):
            return sum(each) / len(each)
        joined = list(_joined(name))
        if len(each) > 1 and (together := self._together.fit([*name, *joined])):
            return together * JOINED
        each = [fit or one.fit(joined) * JOINED for one, fit in zip(self._each, each, strict=True)]
        # A name more than the roster has, such as a middle one, hides nobody: two others are enough.
        telling = [fit for fit, one in zip(each, self._each, strict=True) if fit and len(one.typed) > LETTERS]
        return sum(each) / len(each) if all(each) or len(telling) >= ENOUGH else 0.0


class _Word:
    """One word that was typed."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self._begins = _sound(typed[:2])[:1]
        self._known: dict[str, float] = {}

    def fit(self, words: Iterable[str]) -> float:
        """How well the best of these words fits."""
        return max(map(self._fit, words), default=0.0)

    def _fit(self, word: str) -> float:
        more = len(word) - len(self.typed)
        if more < -MOST_WRONG or (more > MOST_WRONG and not _sound(word[:2]).startswith(self._begins)):
            return 0.0
        if word not in self._known:
            self._known[word] = _fit_of_words(self.typed, word)
        return self._known[word]


def _joined(name: list[str]) -> Iterator[str]:
    """Words beside each other as one, also with what stands last put first."""
    around = [*name, *name]
    for first in range(len(name)):
        for count in range(2, len(name) + 1):
            yield "".join(around[first : first + count])


def _fit_of_words(typed: str, word: str) -> float:
    if typed == word:
        return SAME
    if word.startswith(typed):
        return BEGINS
    if len(typed) <= LETTERS:
        return 0.0
    heard, said = _sound(typed), _sound(word)
    if heard == said:
        return SOUNDS
    if said.startswith(heard):
        return NEARLY
    longer = max(len(heard), len(said))
    allowed = 0 if longer < 4 else 1 if longer < 7 else MOST_WRONG
    wrong = _wrong_letters(heard, said, allowed)
    if wrong <= allowed:
        return NEARLY - wrong * ONE_LETTER
    return BEGINS_NEARLY if len(heard) > 4 and _wrong_letters(heard, said[: len(heard)], 1) <= 1 else 0.0


def _sound(word: str) -> str:
    """A word without what is written one way and another: Sophia and Sofia, Katherine and Catherine."""
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    word = word.translate(_LETTERS)
    return _TWICE.sub(r"\1", word)


def _wrong_letters(one: str, other: str, limit: int) -> int:
    """
    How many letters are wrong, missing, too many, or the other way round; more than `limit` where it is more.

    (The optimal string alignment distance.)
    """
    if abs(len(one) - len(other)) > limit or len(set(one) - set(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        last, before, row = before, row, [n]
        for m, also in enumerate(other, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (letter != also))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == also:
                cost = min(cost, last[m - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
