"""The master keys are lost, and two people with a sheet of paper each bring them back; one of them alone does not."""

import re
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client

from csec.accounts.models import User
from csec.audit.models import Event
from csec.crypto import keys, shares
from csec.crypto.checks import NO_RECOVERY_KEY
from csec.crypto.models import RecoveryKey
from tests import make
from tests.crypto.masters import Use, written
from tests.crypto.masters import use as use
from tests.crypto.test_rotate_keys import account, many, rotate
from tests.stored import dump, holds

pytestmark = pytest.mark.django_db(transaction=True)

Papers = list[list[str]]


class AtTheKeyboard(StringIO):
    """Two people at one screen: each writes down what it shows, and types from the paper what it asks for."""

    def __init__(self, *, slip: bool = False) -> None:
        super().__init__()
        self.screen = StringIO()
        self.papers: Papers = []
        self._slip = slip

    def readline(self, *_size: int) -> str:  # type: ignore[override]
        shown = self.screen.getvalue()
        if shown.endswith("leaves the screen. "):
            self.papers.append(re.findall(r"row \d:  ([A-Z2-7 ]+)\n", shown)[-4:])
            return "\n"
        [row] = re.findall(r"From the paper, row (\d): $", shown)
        typed = self.papers[-1][int(row) - 1]
        return ("AAAA" if self._slip else typed.lower().replace("o", "0")) + "\n"


class Typed(StringIO):
    """What two people type from their papers, row by row."""

    def __init__(self, *papers: list[str]) -> None:
        super().__init__("".join(f"{row}\n" for paper in papers for row in paper))


Make = Callable[..., Papers]


@pytest.fixture
def made(use: Use, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A recovery key, made for the master keys as they are; returns what stands on the two papers."""

    def make_one(*arguments: str) -> Papers:
        people = AtTheKeyboard()
        monkeypatch.setattr(sys, "stdin", people)
        call_command("make_recovery_key", *arguments, stdout=people.screen)
        return people.papers

    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    return make_one


Recover = Callable[..., str]


@pytest.fixture
def recover(monkeypatch: pytest.MonkeyPatch) -> Recover:
    def run(papers: Papers, *arguments: str) -> str:
        said = StringIO()
        monkeypatch.setattr(sys, "stdin", Typed(*papers))
        call_command("recover_keys", *arguments, stdout=said)
        return said.getvalue()

    return run


def events() -> list[str]:
    ours = Event.objects.using("owner").exclude(verb="concern_logged").order_by("number")
    return list(ours.values_list("verb", flat=True))


def test_without_the_master_keys_two_papers_bring_them_back_and_what_was_written_is_readable(
    use: Use, made: Make, recover: Recover, tmp_path: Path
) -> None:
    staff = make.Staff()
    concern = make.concern(staff, account="planted")
    papers = made()
    use()
    file = tmp_path / "master-keys"
    said = recover(papers[::-1], "--output", str(file))
    assert said.endswith(f"The master keys 1 are in {file}.\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.parse(file.read_text()) == keys.parse(written(v1="a"))
    with pytest.raises(CommandError, match="cannot be made: File exists"):
        recover(papers, "--output", str(file))
    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    assert account(concern, staff.teacher) == "planted"
    assert events() == ["recovery_key_made", "master_keys_recovered", "master_keys_recovered"]


def test_nothing_of_it_is_kept_and_one_paper_alone_opens_nothing(made: Make, recover: Recover) -> None:
    papers = made()
    stored = dump()
    for paper in papers:
        share = shares.read("".join(paper))
        assert not any(holds(stored, text) for text in (*paper, share.secret.hex()))
    joined = shares.join(*(shares.read("".join(paper)) for paper in papers))
    assert not holds(stored, joined.hex())
    with pytest.raises(CommandError, match="the same share twice"):
        recover([papers[0], papers[0]])
    another = shares.Share(2, shares.read("".join(papers[0])).belongs, bytes(32)).rows()
    with pytest.raises(CommandError, match="of another recovery key"):
        recover([papers[0], another])
    assert "recovered" not in "".join(events())


def test_two_people_try_their_papers_once_a_year_and_no_key_is_shown(made: Make, recover: Recover) -> None:
    papers = made()
    said = recover(papers, "--check")
    assert "Both papers are right: they open the master keys 1." in said
    assert written(v1="a") not in said
    assert events()[-1] == "recovery_key_tried"


def test_a_master_key_that_is_added_later_is_opened_by_the_same_papers(
    use: Use, made: Make, recover: Recover
) -> None:
    many(1)
    papers = made()
    use(v1="a", v2="b")
    rotate()
    assert keys.parse(recover(papers).split("row 4: ")[-1]) == keys.parse(written(v1="a", v2="b"))
    use(v2="b")
    call_command("check_keys", stdout=StringIO())
    assert keys.parse(recover(papers).split("row 4: ")[-1]) == keys.parse(written(v2="b"))


def test_a_new_one_takes_the_place_of_the_old_one_and_only_when_that_is_meant(
    made: Make, recover: Recover
) -> None:
    old = made()
    with pytest.raises(CommandError, match="There is a recovery key"):
        made()
    new = made("--replace")
    assert "Both papers are right" in recover(new, "--check")
    with pytest.raises(CommandError, match="of another recovery key"):
        recover(old, "--check")
    with pytest.raises(CommandError, match="of different recovery keys"):
        recover([old[0], new[1]], "--check")


def test_what_was_not_written_down_rightly_is_not_kept(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    people = AtTheKeyboard(slip=True)
    monkeypatch.setattr(sys, "stdin", people)
    with pytest.raises(CommandError, match="Nothing was kept"):
        call_command("make_recovery_key", stdout=people.screen)
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(CommandError, match="Nobody is there"):
        call_command("make_recovery_key", stdout=StringIO())
    assert not RecoveryKey.objects.using("owner").exists()
    assert events() == []


def test_whoever_has_the_database_alone_cannot_put_in_a_recovery_key_of_their_own(
    use: Use, made: Make, recover: Recover
) -> None:
    made()
    theirs = dict(RecoveryKey.objects.using("owner").values().get())
    use(v1="x")
    RecoveryKey.objects.using("owner").update(
        public=keys.wrap(b"p" * 32, context=b"crypto_recoverykey.public")[1]
    )
    use(v1="a", v2="b")
    with pytest.raises(CommandError, match="somebody put another one into the database"):
        call_command("check_keys", stdout=StringIO())
    assert bytes(RecoveryKey.objects.using("owner").get().box) == bytes(theirs["box"])
    papers = made("--replace")
    assert "they open the master keys 1, 2" in recover(papers, "--check")


def test_as_long_as_there_is_none_this_is_said_and_stops_nothing(made: Make) -> None:
    def warned() -> bool:
        found = run_checks(include_deployment_checks=True, databases=["owner"])
        return NO_RECOVERY_KEY in found

    def said() -> str:
        text = StringIO()
        call_command("check_keys", stdout=text)
        return text.getvalue()

    assert warned()
    assert NO_RECOVERY_KEY not in run_checks(include_deployment_checks=True)
    assert "recovery key: NONE" in said()
    made()
    assert not warned()
    assert re.search(r"recovery key: made on \d{4}-\d\d-\d\d, opens 1\n", said())


@pytest.mark.parametrize(
    "change", [lambda rows: rows[:3], lambda rows: ["2" + rows[0][1:], *rows[1:]], lambda rows: []]
)
def test_a_paper_that_is_misread_is_asked_for_again(
    change: Callable[[list[str]], list[str]], made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = made()
    wrong = [*change(one), "", "", "", ""][:4]
    said = StringIO()
    monkeypatch.setattr(sys, "stdin", Typed(wrong, one, other))
    call_command("recover_keys", "--check", stdout=said)
    assert said.getvalue().count("a letter is wrong or missing") == 1
    assert "Both papers are right" in said.getvalue()


def test_the_liaison_reads_on_the_first_screen_that_there_is_none_until_two_people_have_written_it_down(
    made: Make, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    staff = make.Staff()

    def told(person: User) -> bool:
        client = Client()
        client.force_login(person)
        return "make_recovery_key" in client.get("/").content.decode()

    everybody = [staff.liaison, staff.administrator, staff.counsel, staff.counselor, staff.teacher]
    assert [told(person) for person in everybody] == [True, False, False, False, False]
    slipping = AtTheKeyboard(slip=True)
    monkeypatch.setattr(sys, "stdin", slipping)
    with pytest.raises(CommandError, match="not what was shown"):
        call_command("make_recovery_key", stdout=slipping.screen)
    assert told(staff.liaison)
    settings.DEMO = True  # what it holds is invented
    assert not told(staff.liaison)
    settings.DEMO = False
    made()
    assert not told(staff.liaison)
