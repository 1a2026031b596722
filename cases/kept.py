"""
Words of ours that are kept with a record where somebody's own would stand: why a step is open again by itself.

They are kept in English, whoever caused them, and said in the language of whoever reads them: a colleague would else
read a sentence of the software's in a language that they did not choose. What somebody typed is never changed.
"""

from functools import cache

from cases.text import Words
from csec import languages

_OURS: list[Words] = []


def ours(words: Words) -> Words:
    """Words (not yet translated) that may be kept, known again by `again`."""
    _OURS.append(words)
    return words


def as_kept(words: Words) -> str:
    """As they are kept."""
    with languages.of_the_record():
        return str(words)


def again(text: str) -> str:
    """A text that was kept: ours in the language of the page, somebody's as it was typed; each paragraph by itself."""
    return "\n\n".join(str(_known().get(one, one)) for one in text.split("\n\n"))


@cache
def _known() -> dict[str, Words]:
    return {as_kept(words): words for words in _OURS}
