"""docs/security.md: every requirement of level 1 and 2 stands there once, and every test that it names exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from csec.bootstrap import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
#: How many requirements of level 1 and 2 each section of the ASVS 5.0.0 has; those of level 3 are the last ones of a
#: section, or are left out by their number.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ROW = re.compile(
    r"^\| (\d+\.\d+)\.(\d+)(?:–\d+\.\d+\.(\d+))? \(L([12])\) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE
)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> Iterator[tuple[str, str, str]]:
    """Each requirement with its level and what shows it; some rows are about several."""
    for section, first, last, level, _what, shown in ROW.findall(TEXT):
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}.{number}", level, shown


@cache
def functions_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_of_level_1_and_2_stands_there_once() -> None:
    expected = {f"{section}.{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)}
    assert len(expected) == 253
    assert len([one for one in expected if one.split(".")[0] not in ("9", "10", "17")]) == 210
    assert Counter(one for one, *_rest in rows()) == Counter(expected)
    assert Counter(level for _one, level, _shown in rows()) == {"1": 70, "2": 183}
    assert len(re.findall(r"^\| \d+\.\d+\.\d+", TEXT, re.MULTILINE)) == len(ROW.findall(TEXT))


def test_every_test_that_it_names_exists() -> None:
    named = {(path, name) for path, name in TEST.findall(TEXT)}
    assert len(named) > 80
    assert {f"{path}::{name}" for path, name in named if name not in functions_in(path)} == set()
    assert TEXT.count("tests/") == len(re.findall(r"`tests/[\w/]+\.py(::\w+)?`", TEXT))


def test_each_is_shown_by_a_test_or_written_or_does_not_apply_or_is_said_not_to_be_shown() -> None:
    for one, _level, shown in rows():
        said = re.match(r"(does not apply: |not shown: |written: \[|in part: )\S", shown)
        assert said or TEST.match(shown), one
        if shown.startswith("in part: "):
            assert "Not shown: " in shown or "written: " in shown, one


def test_what_is_said_to_be_written_down_is() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) <= headings
    for path in re.findall(r"docs/[\w./-]+\.md", TEXT):
        assert Path(ROOT / path).exists(), path
