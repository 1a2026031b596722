"""The roster comes from a file each night: what it has is taken, all of it or nothing, and nobody is lost by it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from csec.accounts.roles import Role
from csec.directory.models import School, Student
from tests import make
from tests.accounts.at_the_door import logged

pytestmark = pytest.mark.django_db

HEAD = "local_id,given_name,family_name,birth_date,school"


@pytest.fixture(autouse=True)
def school() -> School:
    return make.school("Alder High")


def load(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8", **options: Any) -> None:
    file = folder / "students.csv"
    file.write_text("\n".join([head, *rows]), encoding=encoding)
    call_command("load_students", str(file), **options)


def row(number: int, name: str = "Kim,Example", born: str = "2011-03-04", at: str = "Alder High") -> str:
    return f"{number},{name},{born},{at}"


def roster() -> list[tuple[str, str, str, bool]]:
    rows = Student.objects.order_by("local_id")
    return [(one.local_id, one.full_name, str(one.birth_date), one.active) for one in rows]


def test_students_come_are_changed_and_stay_who_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged() as said:
        load(tmp_path, row(1), row(2, "  Ana María ,Núñez", born=""))
    before = dict(Student.objects.values_list("local_id", "pk"))
    load(tmp_path, row(1, "Kim,Sample"), row(3))
    load(tmp_path, row(1, "Kim,Sample"), row(3))
    assert roster() == [
        ("1", "Kim Sample", "2011-03-04", True),
        ("2", "Ana María Núñez", "None", True),
        ("3", "Kim Example", "2011-03-04", True),
    ]
    assert before.items() <= dict(Student.objects.values_list("local_id", "pk")).items()
    assert capsys.readouterr().out.splitlines() == [
        "2 new, 0 changed, 0 left.",
        "1 new, 1 changed, 0 left.",
        "0 new, 0 changed, 0 left.",
    ]
    assert said == [("roster_loaded", "done")]


def test_a_spreadsheets_mark_and_order_of_columns_do_not_matter(tmp_path: Path) -> None:
    head = "school,local_id,family_name,given_name,birth_date,grade"
    load(tmp_path, "Alder High,7,Example,Kim,,9", head=head, encoding="utf-8-sig")
    assert roster() == [("7", "Kim Example", "None", True)]


def test_whoever_is_not_in_a_whole_file_has_left_and_may_come_back(tmp_path: Path) -> None:
    everybody = [row(number) for number in range(10, 20)]
    load(tmp_path, *everybody)
    load(tmp_path, *everybody[1:], whole=True)
    assert roster()[0] == ("10", "Kim Example", "2011-03-04", False)
    assert all(active for *_who, active in roster()[1:])
    load(tmp_path, *everybody)
    assert all(active for *_who, active in roster())


def test_a_file_that_was_cut_off_takes_nobody_out(tmp_path: Path) -> None:
    everybody = [row(number) for number in range(10, 20)]
    load(tmp_path, *everybody)
    with pytest.raises(CommandError, match="2 students of the roster are not in the file"):
        load(tmp_path, *everybody[2:], row(30), whole=True)
    assert all(active for *_who, active in roster())
    assert len(roster()) == 10
    load(tmp_path, *everybody[2:], whole=True, at_most_leave=2)
    assert sum(active for *_who, active in roster()) == 8


def test_a_file_in_which_the_ids_were_given_anew_makes_nobody_somebody_else(tmp_path: Path) -> None:
    load(tmp_path, row(1), row(2, "Robin,Sample", born="2010-01-02"))
    anew = [row(2), row(1, "Robin,Sample", born="2010-01-02")]
    with pytest.raises(CommandError, match="2 local ids have another name and another birth date"):
        load(tmp_path, *anew)
    assert [name for _id, name, *_more in roster()] == ["Kim Example", "Robin Sample"]
    load(tmp_path, *anew, renumbered=True)
    assert [name for _id, name, *_more in roster()] == ["Robin Sample", "Kim Example"]


def test_whoever_was_entered_without_a_local_id_is_left_alone(school: School, tmp_path: Path) -> None:
    by_hand = make.student(school)
    load(tmp_path, row(1), whole=True)
    by_hand.refresh_from_db()
    assert by_hand.active


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (row(2, born="03/04/2011"), "birth_date is not written as 2011-08-27."),
        (row(2, at="Elsewhere High"), "school is none of the district's schools."),
        (row(1), "the local id is on an earlier line."),
        (",Kim,Example,,Alder High", "local_id is missing, or longer than 40, or no text."),
        (row(2, "K" * 101 + ",Example"), "given_name is missing, or longer than 100, or no text."),
        (row(2, "Kim,Exa\x07mple"), "family_name is missing, or longer than 100, or no text."),
        (row(2) + ",more", "there are more values than columns."),
        (row(2, '"Kim"x,Example'), "this is no CSV."),
    ],
    ids=["date", "school", "twice", "no id", "too long", "control", "too many", "no csv"],
)
def test_a_file_that_cannot_be_taken_changes_nothing_and_is_told_by_its_lines(
    tmp_path: Path, wrong: str, told: str
) -> None:
    with pytest.raises(CommandError) as refused:
        load(tmp_path, row(1), wrong)
    assert str(refused.value) == f"Nothing was changed.\nLine 3: {told}"
    assert not Student.objects.exists()


def test_of_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        load(tmp_path, *(row(number, at="Elsewhere High") for number in range(30)))
    assert len(str(refused.value).splitlines()) == 22
    assert str(refused.value).endswith("And 10 more.")


def test_what_is_no_such_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing: birth_date, school"):
        load(tmp_path, head="local_id,given_name,family_name")
    with pytest.raises(CommandError, match="not in UTF-8"):
        load(tmp_path, row(1, "Ana María,Núñez"), encoding="utf-16")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_students", str(tmp_path / "absent.csv"))


def test_a_row_that_was_merged_goes_on_being_loaded_and_is_read_as_the_kept_one(tmp_path: Path) -> None:
    liaison = make.user("Lee Liaison", Role.LIAISON)
    load(tmp_path, row(1), row(2, "Kym,Example"))
    kept, alias = Student.objects.get(local_id="1"), Student.objects.get(local_id="2")
    make.merged(liaison, kept, alias)
    load(tmp_path, row(1), row(2, "Kimmy,Example"), whole=True)
    assert Student.objects.exclude(local_id="").count() == 2
    alias.refresh_from_db()
    assert (alias.own_name, alias.full_name) == ("Kimmy Example", "Kim Example")
    load(tmp_path, row(2, "Kimmy,Example"), whole=True, at_most_leave=1)
    alias.refresh_from_db()
    assert (alias.active, alias.kept.active, alias.kept) == (True, False, kept)


def test_who_was_entered_by_hand_has_not_left_before_the_file_had_them_once(
    tmp_path: Path, school: School
) -> None:
    make.student(school, "Kai", "Lake", local_id="7", entered_at=make.AT)
    load(tmp_path, row(1), whole=True, at_most_leave=0)
    assert Student.objects.get(local_id="7").active
    load(tmp_path, row(1), row(7, "Kai,Lake", born=""))
    load(tmp_path, row(1), whole=True, at_most_leave=1)
    assert not Student.objects.get(local_id="7").active
