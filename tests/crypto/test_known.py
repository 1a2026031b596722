"""A wrong master key is noticed at the start, before anything is sealed by it."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from csec.bootstrap import ROOT
from csec.crypto.known import WrongMasterKey, check, learn
from csec.crypto.models import DataKey, KnownMasterKey
from tests.crypto.masters import Use, written
from tests.crypto.masters import use as use

pytestmark = pytest.mark.django_db

WRONG = r"^Master key 1 is not the one that was used here"

look = partial(check, using="owner")  # the test's rows are the owner's, and not committed


def sealed_under_the_newest() -> DataKey:
    key = DataKey.make(scope=uuid4())
    key.save(using="owner", force_insert=True)
    return key


def test_a_key_of_the_right_version_and_other_bytes_is_refused(use: Use) -> None:
    use(v1="a")
    assert learn() == [1]
    look()
    use(v1="b")
    with pytest.raises(WrongMasterKey, match=WRONG):
        look()
    with pytest.raises(CommandError, match=WRONG):
        call_command("check_keys")


def test_a_new_key_beside_the_old_one_is_noted_once(use: Use) -> None:
    use(v1="a")
    learn()
    use(v1="a", v2="b")
    look()
    assert learn() == learn() == [1, 2]
    use(v1="a", v2="c")
    with pytest.raises(WrongMasterKey, match="Master key 2 is not the one"):
        look()


def test_a_key_under_which_something_is_sealed_may_not_be_left_out(use: Use) -> None:
    use(v1="a")
    learn()
    sealed_under_the_newest()
    use(v2="b")
    for ask in (look, learn):
        with pytest.raises(WrongMasterKey, match="Master key 1 is not configured"):
            ask()


def test_a_key_under_which_nothing_is_sealed_any_more_is_forgotten(use: Use) -> None:
    use(v1="a")
    learn()
    use(v2="b")
    assert learn() == [2]
    assert list(KnownMasterKey.objects.using("owner").values_list("version", flat=True)) == [2]
    look()


def test_a_database_from_before_is_tried_with_what_was_sealed_in_it(use: Use) -> None:
    use(v1="a")
    sealed_under_the_newest()
    use(v1="b")
    with pytest.raises(WrongMasterKey, match=WRONG):
        learn()
    use(v2="b")
    with pytest.raises(WrongMasterKey, match="Master key 1 is not configured"):
        learn()
    assert not KnownMasterKey.objects.using("owner").exists()
    use(v1="a")
    assert learn() == [1]


def test_no_key_at_all_is_said(use: Use) -> None:
    use()
    with pytest.raises(ImproperlyConfigured, match="No master key"):
        look()
    with pytest.raises(CommandError, match="No master key"):
        call_command("check_keys")


def start_web(**environment: str) -> "subprocess.CompletedProcess[str]":
    """What the web server does before its first page."""
    known = connections["owner"].settings_dict
    app = os.environ["DATABASE_APP_URL"].rpartition("/")[0] + f"/{known['NAME']}"
    return subprocess.run(
        [sys.executable, "-c", "import csec.wsgi"],
        cwd=ROOT,
        env={**os.environ, "CSEC_PROCESS": "web", "DATABASE_APP_URL": app, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_the_web_server_does_not_start_with_a_wrong_key(use: Use) -> None:
    use(v1="a")
    learn()
    wrong, right = written(v1="b"), written(v1="a")
    refused = start_web(CSEC_MASTER_KEYS=wrong)
    assert refused.returncode != 0
    assert "Master key 1 is not the one that was used here" in refused.stderr
    assert wrong not in refused.stderr
    started = start_web(CSEC_MASTER_KEYS=right)
    assert started.returncode == 0
    assert "could not be compared" not in started.stderr


@pytest.mark.django_db(transaction=True)
def test_nor_with_a_file_that_is_not_there_or_holds_another_key(use: Use, tmp_path: Path) -> None:
    use(v1="a")
    learn()
    file = tmp_path / "keys"
    given = {"CSEC_MASTER_KEYS": "", "CSEC_MASTER_KEYS_FILE": str(file)}
    missing = start_web(**given)
    assert missing.returncode != 0
    assert str(file) in missing.stderr
    file.write_text(written(v1="b"))
    refused = start_web(**given)
    assert refused.returncode != 0
    assert "Master key 1 is not the one that was used here" in refused.stderr
    assert written(v1="b") not in refused.stderr
    file.write_text(written(v1="a"))
    assert start_web(**given).returncode == 0


def test_the_web_server_starts_without_the_database() -> None:
    nowhere = start_web(DATABASE_APP_URL="postgresql://somebody:x@127.0.0.1:1/csec")
    assert nowhere.returncode == 0
    assert "could not be compared" in nowhere.stderr
