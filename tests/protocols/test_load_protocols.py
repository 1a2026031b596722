"""Publishing definitions: all or none, once, and never changed afterwards."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from protocols import loader
from protocols.loader import ChangedAfterPublishing
from protocols.models import ProtocolVersion
from protocols.schema import DefinitionError, digest

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

HERE = Path(__file__).parent
SMALL = (HERE / "small.toml").read_text(encoding="utf-8")
AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def published(version: str = "1") -> list[ProtocolVersion]:
    return list(ProtocolVersion.objects.using("owner").published("small", version))


def command(directory: Path, *arguments: str) -> list[str]:
    out = StringIO()
    call_command("load_protocols", str(directory), *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_definition_is_published_with_its_text_digest_and_the_time_given(directory: Path) -> None:
    loader.load(directory, at=AT)
    (version,) = published()
    assert (version.text, version.digest, version.loaded_at) == (SMALL, digest(SMALL), AT)
    assert version.in_force_from == date(2020, 1, 1)
    assert version.definition.title == "A small protocol"


def test_loading_twice_changes_nothing(directory: Path) -> None:
    first = loader.load(directory, at=AT)
    second = loader.load(directory, at=LATER)
    assert [[result.state for result in results] for results in (first, second)] == [
        ["loaded"],
        ["unchanged"],
    ]
    assert [version.loaded_at for version in published()] == [AT]


def test_other_line_ends_are_no_change(directory: Path) -> None:
    loader.load(directory, at=AT)
    (directory / "small.toml").write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert [result.state for result in loader.load(directory, at=LATER)] == ["unchanged"]


def test_a_changed_file_under_a_published_version_is_refused_with_its_name_and_both_digests(
    directory: Path,
) -> None:
    loader.load(directory, at=AT)
    changed = SMALL.replace("Do the first thing", "Do another thing")
    (directory / "small.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(ChangedAfterPublishing) as refused:
        loader.load(directory, at=LATER)
    for word in ("small.toml", "small 1", digest(SMALL), digest(changed)):
        assert word in str(refused.value)
    assert [version.text for version in published()] == [SMALL]


def test_a_change_under_a_new_version_is_published_beside_the_old_one(directory: Path) -> None:
    loader.load(directory, at=AT)
    new = SMALL.replace('version = "1"', 'version = "2"').replace("Do the first thing", "Do another thing")
    (directory / "small-2.toml").write_text(new, encoding="utf-8")
    assert [result.state for result in loader.load(directory, at=LATER)] == ["loaded", "unchanged"]
    assert [version.text for version in published("1") + published("2")] == [SMALL, new]


def test_one_malformed_file_keeps_every_other_from_being_published(directory: Path) -> None:
    (directory / "zz.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"zz\.toml, line 1, column 6: this is not TOML"):
        loader.load(directory, at=AT)
    assert published() == []


def test_one_changed_file_keeps_every_other_from_being_published(directory: Path) -> None:
    loader.load(directory, at=AT)
    (directory / "aa.toml").write_text(SMALL.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    (directory / "small.toml").write_text(SMALL + "# changed\n", encoding="utf-8")
    with pytest.raises(ChangedAfterPublishing):
        loader.load(directory, at=LATER)
    assert published("2") == []


def test_two_files_with_one_version_are_refused_with_both_names(directory: Path) -> None:
    (directory / "again.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(
        DefinitionError, match=r"^small\.toml: version 1 of small is also in again\.toml; expected"
    ):
        loader.load(directory, at=AT)


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"expected at least one \.toml file"):
        loader.load(tmp_path, at=AT)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(DefinitionError, match=r"latin\.toml: byte 9 is not UTF-8"):
        loader.load(tmp_path, at=AT)


def test_the_command_says_what_was_loaded_and_what_was_unchanged(directory: Path) -> None:
    assert command(directory) == ["small 1 (small.toml): loaded"]
    assert command(directory) == ["small 1 (small.toml): unchanged"]


def test_the_command_with_check_writes_nothing(directory: Path) -> None:
    assert command(directory, "--check") == ["small 1 (small.toml): would be loaded"]
    assert published() == []


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_the_command_refuses_a_changed_file_in_one_line(directory: Path, arguments: list[str]) -> None:
    command(directory)
    (directory / "small.toml").write_text(SMALL + "# changed\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        command(directory, *arguments)
    assert str(refused.value).startswith("small.toml: small 1 is already published")
    assert "\n" not in str(refused.value)


def test_the_shipped_definitions_can_be_published() -> None:
    loader.load(at=AT)
    version = ProtocolVersion.objects.using("owner").get(protocol="csec", version="2011-08-27")
    assert [len(track.steps) for track in version.definition.tracks] == [4, 7, 8]


def test_new_cases_follow_the_latest_version_in_force(directory: Path) -> None:
    new = SMALL.replace('version = "1"', 'version = "2"').replace("2020-01-01", "2026-07-01")
    (directory / "small-2.toml").write_text(new, encoding="utf-8")
    loader.load(directory, at=AT)
    versions = ProtocolVersion.objects.using("owner").filter(protocol="small")
    assert versions.in_force(date(2026, 6, 30)).version == "1"
    assert versions.in_force(date(2026, 7, 1)).version == "2"
    with pytest.raises(ProtocolVersion.DoesNotExist, match="run load_protocols"):
        versions.in_force(date(2019, 12, 31))


def test_a_published_version_can_be_neither_changed_nor_deleted(directory: Path) -> None:
    """Not even by the owner: a trigger of protocols_protocolversion refuses it."""
    loader.load(directory, at=AT)
    versions = ProtocolVersion.objects.using("owner").published("small", "1")
    for change in (
        lambda: versions.update(text="another"),
        lambda: versions.update(loaded_at=LATER),
        versions.delete,
    ):
        with (
            pytest.raises(IntegrityError, match="neither changed nor deleted"),
            transaction.atomic(using="owner"),
        ):
            change()
    assert versions.update(loaded_at=AT) == 1  # nothing changes, so nothing is refused


def test_a_stored_text_that_is_not_the_published_one_is_refused(directory: Path) -> None:
    forged = ProtocolVersion(protocol="small", version="1", digest="0" * 64, text=SMALL)
    with pytest.raises(DefinitionError, match="does not have the stored digest 0000"):
        _ = forged.definition


def test_the_application_reads_versions_and_writes_none() -> None:
    forged = ProtocolVersion(
        protocol="forged",
        version="1",
        digest=digest(SMALL),
        text=SMALL,
        in_force_from=date(2020, 1, 1),
        loaded_at=AT,
    )
    assert ProtocolVersion.objects.using("default").published("forged", "1").first() is None
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using="default"):
        forged.save(using="default", force_insert=True)
