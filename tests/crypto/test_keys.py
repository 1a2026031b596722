"""A wrong key fails loudly; what was sealed opens in its own place alone; without the key it is noise."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from csec.crypto import keys
from csec.crypto.keys import CannotUnseal
from csec.crypto.models import DataKey
from tests.make import AT


def encoded(letter: bytes) -> str:
    return base64.b64encode(letter * 32).decode()


@pytest.fixture
def master(settings: Any) -> Iterator[Any]:
    """Set the master keys of this process, and forget them afterwards."""

    def use(text: str) -> None:
        settings.CSEC_MASTER_KEYS = text
        keys.master_keys.cache_clear()

    yield use
    keys.master_keys.cache_clear()


def reread(key: DataKey) -> DataKey:
    """The key as it comes from the database: wrapped."""
    return DataKey(
        id=key.id,
        scope=key.scope,
        master_version=key.master_version,
        wrapped=key.wrapped,
        destroyed_at=key.destroyed_at,
    )


def test_what_was_sealed_opens_again() -> None:
    key = DataKey.make(scope=uuid4())
    value = {"words": "“Déjà vu”", "list": ["a"], "none": None}
    assert reread(key).unseal(key.seal(value, context="here:1"), context="here:1") == value


def test_sealing_the_same_twice_looks_different() -> None:
    key = DataKey.make(scope=uuid4())
    assert key.seal("same", context="here") != key.seal("same", context="here")


def test_moved_to_another_place_it_does_not_open() -> None:
    key = DataKey.make(scope=uuid4())
    sealed = key.seal("text", context="entry:1")
    with pytest.raises(CannotUnseal):
        key.unseal(sealed, context="entry:2")


def test_altered_by_one_bit_it_does_not_open() -> None:
    key = DataKey.make(scope=uuid4())
    sealed = bytearray(key.seal("text", context="here"))
    sealed[-1] ^= 1
    with pytest.raises(CannotUnseal):
        key.unseal(bytes(sealed), context="here")


def test_a_wrong_master_key_fails_loudly(master: Any) -> None:
    master(f"1:{encoded(b'a')}")
    key = DataKey.make(scope=uuid4())
    sealed = key.seal("text", context="here")
    master(f"1:{encoded(b'b')}")
    with pytest.raises(CannotUnseal, match="not the one that was used"):
        reread(key).unseal(sealed, context="here")


def test_a_master_key_that_is_not_configured_is_named_by_its_version(master: Any) -> None:
    master(f"1:{encoded(b'a')},2:{encoded(b'b')}")
    key = DataKey.make(scope=uuid4())
    assert key.master_version == 2
    sealed = key.seal("text", context="here")
    master(f"1:{encoded(b'a')}")
    with pytest.raises(CannotUnseal, match="Master key 2 is not configured"):
        reread(key).unseal(sealed, context="here")


def test_a_destroyed_key_opens_nothing() -> None:
    key = DataKey.make(scope=uuid4())
    sealed = key.seal("text", context="here")
    destroyed = reread(key)
    destroyed.wrapped = None
    destroyed.destroyed_at = AT
    with pytest.raises(CannotUnseal, match="destroyed"):
        destroyed.unseal(sealed, context="here")


def test_they_are_read_from_a_file_where_the_environment_has_none(
    master: Any, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    file.write_text(f"1:{encoded(b'a')}\n2:{encoded(b'b')}\n")
    settings.CSEC_MASTER_KEYS_FILE = str(file)
    master("")
    assert keys.master_keys() == {1: b"a" * 32, 2: b"b" * 32}
    assert DataKey.make(scope=uuid4()).master_version == 2
    # What the environment has is not mixed with it.
    master(f"3:{encoded(b'c')}")
    assert keys.master_keys() == {3: b"c" * 32}


def test_a_file_that_is_not_there_or_holds_no_keys_is_no_key_at_all(
    master: Any, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    settings.CSEC_MASTER_KEYS_FILE = str(file)
    master("")
    with pytest.raises(FileNotFoundError, match=str(file)):
        keys.master_keys()
    for held in ("", f"2:{encoded(b'a')[:-9]}\n"):
        file.write_text(held)
        with pytest.raises(ImproperlyConfigured) as refused:
            keys.master_keys()
        assert encoded(b"a")[:8] not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "1", f"one:{encoded(b'a')}", "1:short", f"1:{encoded(b'a')},1:{encoded(b'b')}", "1:not base64!"],
)
def test_master_keys_that_cannot_be_read_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        keys.parse(text)
    assert encoded(b"a") not in str(refused.value)
