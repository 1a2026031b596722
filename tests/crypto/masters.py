"""Master keys of a test: a letter each, for this process and for one that it starts."""

import base64
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from csec.crypto import keys


class Use(Protocol):
    def __call__(self, **letters: str) -> str: ...


def written(**letters: str) -> str:
    """`v1="a"` as CSEC_MASTER_KEYS has it."""
    encoded = {name[1:]: base64.b64encode(letter.encode() * 32).decode() for name, letter in letters.items()}
    return ",".join(f"{version}:{key}" for version, key in encoded.items())


@pytest.fixture
def use(settings: Any) -> Iterator[Use]:
    """Set the master keys of this process, and forget them afterwards."""

    def set_to(**letters: str) -> str:
        settings.CSEC_MASTER_KEYS = written(**letters)
        keys.master_keys.cache_clear()
        return str(settings.CSEC_MASTER_KEYS)

    keys.master_keys.cache_clear()
    yield set_to
    keys.master_keys.cache_clear()
