"""The embedded PostgreSQL says in one sentence why a data folder will not do."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from csec.bootstrap import CannotStart
from csec.launcher import kept, postgres
from csec.launcher.processes import Processes
from tests.launcher import places

PASSWORD = "a-secret"


def start(folder: Path, *, password: str = PASSWORD) -> str:
    """Start a server on `folder` and stop it; return what it is."""
    with Processes(folder.parent / "log") as processes:
        url = postgres.start(processes, folder, password=password, durable=False)
        with psycopg.connect(url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            assert row
            return str(row[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that was used and stopped in order."""
    folder = tmp_path_factory.mktemp("made") / "pgdata"
    start(folder)
    yield folder
    places.remove(folder)


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, to be damaged."""
    places.copy(made, tmp_path / "pgdata")
    yield tmp_path / "pgdata"
    places.remove(tmp_path / "pgdata")


def test_a_data_folder_is_found_again(folder):
    assert int(start(folder).split(".")[0]) >= postgres.OLDEST


def test_a_folder_without_its_version_is_called_damaged(folder):
    (places.real(folder) / "PG_VERSION").unlink()
    with pytest.raises(CannotStart, match=r"damaged \(PG_VERSION is missing\).*--reset"):
        start(folder)


def test_a_folder_of_another_version_is_named_with_both(folder):
    (places.real(folder) / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 9 and this is \d+.*--reset"):
        start(folder)


def test_a_folder_that_the_server_cannot_use_is_told_with_its_reason_and_log(folder):
    (places.real(folder) / "global" / "pg_control").unlink()
    with pytest.raises(CannotStart, match=r"cannot use the data folder .*pg_control.*postgres\.log.*--reset"):
        start(folder)


def test_a_folder_whose_passwords_were_lost_is_told_so(folder):
    with pytest.raises(CannotStart, match=r"passwords in var/secrets\.json are not those of"):
        start(folder, password="another")


def test_an_unfinished_folder_is_made_afresh(tmp_path):
    data = places.real(tmp_path / "pgdata")
    unfinished = data.with_name(data.name + ".new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    start(tmp_path / "pgdata")
    assert not unfinished.exists()
    places.remove(tmp_path / "pgdata")


def test_a_full_disk_is_told_from_the_servers_last_words(tmp_path):
    said = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'
    assert "is full" in postgres.why_it_ended(tmp_path, said, tmp_path / "postgres.log")


def test_secrets_are_kept_for_this_user_alone(tmp_path):
    path = tmp_path / "secrets.json"
    made = kept.Secrets(path).get("superuser")
    assert kept.Secrets(path).get("superuser") == made
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("found", ["{", "5", '["superuser"]', '{"superuser": 5}', ""])
def test_secrets_that_cannot_be_read_are_not_made_anew(tmp_path, found):
    (tmp_path / "secrets.json").write_text(found)
    with pytest.raises(CannotStart, match=r"secrets\.json is damaged"):
        kept.Secrets(tmp_path / "secrets.json")
