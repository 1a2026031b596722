"""docs/security.md: every requirement of level 1 and 2 stands there once, and every test that it names exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from csec.bootstrap import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
#: How many requirements of level 1, and then of level 2, each section of the ASVS 5.0.0 has; those of level 3 come last
#: and are left out. Counted in 5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv of OWASP/ASVS.
SECTIONS = {
    "1.1": (0, 2), "1.2": (5, 4), "1.3": (2, 9), "1.4": (0, 3), "1.5": (1, 1), "2.1": (1, 2), "2.2": (2, 1),
    "2.3": (1, 3), "2.4": (0, 1), "3.2": (2, 0), "3.3": (1, 3), "3.4": (2, 4), "3.5": (3, 2), "3.7": (0, 2),
    "4.1": (1, 2), "4.2": (0, 1), "4.3": (0, 2), "4.4": (1, 3), "5.1": (0, 1), "5.2": (2, 1), "5.3": (2, 0),
    "5.4": (0, 3), "6.1": (1, 2), "6.2": (8, 4), "6.3": (2, 2), "6.4": (2, 2), "6.5": (0, 5), "6.6": (0, 3),
    "6.8": (0, 4), "7.1": (0, 3), "7.2": (4, 0), "7.3": (0, 2), "7.4": (2, 3), "7.5": (0, 2), "7.6": (0, 2),
    "8.1": (1, 1), "8.2": (2, 1), "8.3": (1, 0), "8.4": (0, 1), "9.1": (3, 0), "9.2": (1, 3), "10.1": (0, 2),
    "10.2": (0, 2), "10.3": (0, 4), "10.4": (5, 6), "10.5": (0, 5), "10.6": (0, 2), "10.7": (0, 3),
    "11.1": (0, 2), "11.2": (0, 3), "11.3": (2, 1), "11.4": (1, 3), "11.5": (0, 1), "11.6": (0, 1),
    "12.1": (1, 2), "12.2": (2, 0), "12.3": (0, 4), "13.1": (0, 1), "13.2": (0, 5), "13.3": (0, 2),
    "13.4": (1, 4), "14.1": (0, 2), "14.2": (1, 3), "14.3": (1, 2), "15.1": (1, 2), "15.2": (1, 2),
    "15.3": (1, 6), "16.1": (0, 1), "16.2": (0, 5), "16.3": (0, 4), "16.4": (0, 3), "16.5": (0, 3),
    "17.1": (0, 1), "17.2": (0, 4), "17.3": (0, 2),
}  # fmt: skip
#: How many are said to be what. Whoever changes the list changes these, and sees which way it goes.
SAID = {"shown": 133, "in part": 18, "written": 19, "not shown": 14, "does not apply": 69}
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
    expected = [
        (f"{section}.{n + 1}", "1" if n < first else "2")
        for section, (first, second) in SECTIONS.items()
        for n in range(first + second)
    ]
    assert len(expected) == 253
    assert len([one for one, _level in expected if one.split(".")[0] not in ("9", "10", "17")]) == 210
    assert Counter((one, level) for one, level, _shown in rows()) == Counter(expected)
    assert Counter(level for _one, level in expected) == {"1": 70, "2": 183}
    assert len(re.findall(r"^\| \d+\.\d+\.\d+", TEXT, re.MULTILINE)) == len(ROW.findall(TEXT))


def test_every_test_that_it_names_exists() -> None:
    named = {(path, name) for path, name in TEST.findall(TEXT)}
    assert len(named) > 80
    assert {f"{path}::{name}" for path, name in named if name not in functions_in(path)} == set()
    assert TEXT.count("tests/") == len(re.findall(r"`tests/[\w/]+\.py(::\w+)?`", TEXT))


def test_each_is_shown_by_a_test_or_written_or_does_not_apply_or_is_said_not_to_be_shown() -> None:
    found: Counter[str] = Counter()
    for one, _level, shown in rows():
        said = re.match(r"(does not apply|not shown|written|in part): \S", shown)
        kind = said[1] if said else "shown"
        found[kind] += 1
        assert said or TEST.match(shown), one
        assert ("Not shown: " in shown) == (kind == "in part"), one
        assert kind != "written" or shown.startswith("written: ["), one
        assert kind != "in part" or TEST.search(shown) or "written: [" in shown, one
    assert found == SAID


def test_what_is_said_to_be_written_down_is() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) <= headings
    for path in re.findall(r"\b(?:cases|csec|district|docs|protocols|tests)/[\w./-]+\.(?:md|py)\b", TEXT):
        assert Path(ROOT / path).exists(), path
