"""
Setting a paper: a template of ours and values as data, into a tagged PDF (PDF/UA-1) whose bytes depend on nothing else.

What was typed reaches the compiler as JSON and is never part of its markup: it comes out as it was typed. The compiler
reads the template's folder and the fonts inside of its own wheel, and nothing else of the machine.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

#: The folder of the templates, and all that the compiler may read.
ROOT = Path(__file__).resolve().parent.parent / "templates" / "paper"
_NO_GLYPH = "could not be displayed with font"


class CannotTypeset(Exception):
    """No paper can be made here just now."""


class NoSuchLetters(CannotTypeset):
    """The fonts have no sign for something that was typed. `letters` is what."""

    def __init__(self, letters: str) -> None:
        super().__init__("letters that the fonts do not have")
        self.letters = letters


def typeset(template: str, values: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template, dated `at`. Raises CannotTypeset."""
    try:
        # Here, so that all else runs where the wheel does not load.
        import typst
    except ImportError as missing:
        raise CannotTypeset("typst") from missing
    try:
        made = typst.compile(
            (ROOT / template).read_bytes(),
            root=str(ROOT),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(values, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            # To the second, as a PDF writes it.
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as refused:
        said = str(refused)
        if _NO_GLYPH in said:
            raise NoSuchLetters(_between_quotes(said)) from None
        # Its message can repeat what was typed, and so is not passed on.
        raise CannotTypeset("the template") from None
    return bytes(made)


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _between_quotes(said: str) -> str:
    """Of `the text "李" could not be displayed …` what stands between the quotes."""
    return said.split('"', 2)[1] if said.count('"') > 1 else ""
