"""
Words of ours that are kept with a record where somebody's own would stand: why a step is open again by itself.

They are kept in English, whoever caused them, and said in the language of whoever reads them: a colleague would else
read a sentence of the software's in a language that they did not choose. What somebody typed is never changed.
"""

import re
from functools import cache

from cases.text import Words
from csec import languages

_OURS: list[Words] = []


def ours(words: Words) -> Words:
    """Words (not yet translated) that may be kept, known again by `again`; `%(name)s` in them is filled in."""
    _OURS.append(words)
    return words


def as_kept(words: Words, **filled: str) -> str:
    """As they are kept."""
    with languages.of_the_record():
        return str(words) % filled if filled else str(words)


def again(text: str) -> str:
    """A text that was kept: ours in the language of the page, somebody's as it was typed; each paragraph by itself."""
    return "\n\n".join(_again(one) for one in text.split("\n\n"))


def _again(text: str) -> str:
    words = _known().get(text)
    if words:
        return str(words)
    for shape, words in _filled_in():
        if found := shape.fullmatch(text):
            return str(words) % found.groupdict()
    return text


@cache
def _known() -> dict[str, Words]:
    return {as_kept(words): words for words in _OURS}


@cache
def _filled_in() -> list[tuple[re.Pattern[str], Words]]:
    """Those in which something is filled in, with the shape that they are kept in."""
    shapes = []
    for kept, words in _known().items():
        parts = re.split(r"%\((\w+)\)s", kept)
        if len(parts) > 1:
            names = (f"(?P<{name}>.+)" for name in parts[1::2])
            shape = "".join(
                f"{re.escape(plain)}{name}" for plain, name in zip(parts[::2], [*names, ""], strict=True)
            )
            shapes.append((re.compile(shape), words))
    return shapes
