"""How a verb says no, as a test expects it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cases.workflow import Conflict, Invalid


@contextmanager
def invalid(*fields: str) -> Iterator[None]:
    """Exactly these fields cannot be taken."""
    with pytest.raises(Invalid) as refused:
        yield
    assert set(refused.value.fields) == set(fields)


@contextmanager
def conflict(words: str) -> Iterator[None]:
    """Somebody was first, and these words are told."""
    with pytest.raises(Conflict) as told:
        yield
    assert words in str(told.value.words)
