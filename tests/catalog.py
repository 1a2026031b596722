"""
The catalog of the translation, read without GNU gettext: what is committed, and what `makemessages` would extract.

A machine with Python alone runs every test, and has no xgettext. Django's own `templatize`, by which `makemessages`
hands a template to xgettext, and Python's own parser find the same calls.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "locale" / "es" / "LC_MESSAGES"
CODE = ("csec", "protocols", "cases", "district", "drills")

#: How many of the first arguments of each function are texts, and whether a context comes first.
_SINGULAR, _PLURAL = 1, 2
FUNCTIONS = {
    "_": (_SINGULAR, False),
    "gettext": (_SINGULAR, False),
    "gettext_lazy": (_SINGULAR, False),
    "gettext_noop": (_SINGULAR, False),
    "ngettext": (_PLURAL, False),
    "ngettext_lazy": (_PLURAL, False),
    "pgettext": (_SINGULAR, True),
    "pgettext_lazy": (_SINGULAR, True),
    "npgettext": (_PLURAL, True),
    "npgettext_lazy": (_PLURAL, True),
}
#: A call in what `templatize` makes of a template: its texts are literals of Python.
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"(?<![\w.])(?P<name>{'|'.join(FUNCTIONS)})\(\s*(?P<texts>{_LITERAL}(?:\s*,\s*{_LITERAL})*)", re.DOTALL
)


@dataclass(frozen=True, order=True)
class Text:
    """What is translated: its context, the text, and its plural; "" where there is none."""

    context: str
    one: str
    many: str = ""


@dataclass(frozen=True)
class Translated:
    """An entry of the catalog."""

    text: Text
    into: tuple[str, ...]
    flags: frozenset[str]


def asked_for() -> dict[Text, str]:
    """Every text that code and templates ask a translation for, with a file that does."""
    found: dict[Text, str] = {}
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= dict.fromkeys(in_code(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            found |= dict.fromkeys(in_template(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))
    return found


def in_code(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            literal = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            texts = [text for text in literal if isinstance(text, str)]
            if name in FUNCTIONS and texts:
                yield _text(name, texts)


def in_template(source: str) -> Iterator[Text]:
    for call in _CALL.finditer(templatize(source)):
        yield _text(call["name"], list(ast.literal_eval(f"[{call['texts']}]")))


def _text(name: str, texts: list[str]) -> Text:
    count, with_context = FUNCTIONS[name]
    context = texts.pop(0) if with_context else ""
    return Text(context, *texts[:count])


def committed() -> list[Translated]:
    """The entries of the catalog's source (.po), the header left out."""
    entries = (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")
    return [entry for entry in map(_entry, entries) if entry.text.one]


def _entry(source: str) -> Translated:
    said: dict[str, str] = {}
    flags: set[str] = set()
    here = ""
    for line in source.strip().splitlines():
        if line.startswith("#,"):
            flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line.startswith("#"):
            continue
        elif line.startswith('"'):
            said[here] += ast.literal_eval(line)
        else:
            here, literal = line.split(" ", 1)
            said[here] = ast.literal_eval(literal)
    text = Text(said.get("msgctxt", ""), said["msgid"], said.get("msgid_plural", ""))
    into = tuple(said[name] for name in sorted(said) if name.startswith("msgstr"))
    return Translated(text, into, frozenset(flags))


def compiled() -> dict[object, str]:
    """What a page is shown: the entries of the compiled catalog (.mo), as Python reads it."""
    with (FOLDER / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    return {key: value for key, value in read._catalog.items() if key}  # type: ignore[attr-defined]


def as_compiled(entries: list[Translated]) -> dict[object, str]:
    """The same of the source: what it would be compiled to."""
    found: dict[object, str] = {}
    for entry in entries:
        key = f"{entry.text.context}\x04{entry.text.one}" if entry.text.context else entry.text.one
        if entry.text.many:
            found |= {(key, number): words for number, words in enumerate(entry.into)}
        else:
            found[key] = entry.into[0]
    return found


def in_english(words: str) -> list[str]:
    """What of a page is one of our texts in English: of those of three words and more in which nothing is filled in."""
    return _sentences().findall(words)


@cache
def _sentences() -> re.Pattern[str]:
    texts = set()
    for entry in committed():
        for text in (entry.text.one, entry.text.many):
            plain = re.sub(r"<[^>]*>", "", text).strip()
            if len(re.findall(r"\b[a-z]{2,}\b", plain)) >= 3 and "%" not in plain:
                texts.add(re.escape(plain))
    return re.compile("|".join(sorted(texts, key=len, reverse=True)))
