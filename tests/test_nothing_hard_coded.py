"""No text that somebody reads stands in a template, in code or in a script, but in the catalog alone."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.forms import Form

from drills.cast import NAMES, NEXT_SCHOOLS
from tests.catalog import FUNCTIONS, ROOT

TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".typ")
)
#: What is not for staff and students: the page of components, for those who build pages, is in English alone.
FOR_BUILDERS = {"demo/styleguide.html"}
#: The product's name, in every language.
NAME = {"Lantern", "· Lantern"}

#: Where people of a district read: all of the domain, and what is theirs of the ground below it.
CODE = ("cases", "district", "drills", "csec/accounts", "csec/directory", "csec/delivery", "csec/drafts")
ALSO = (
    "csec/charts.py",
    "csec/errors.py",
    "csec/switch.py",
    "csec/told.py",
    "protocols/wording.py",
    "protocols/views.py",
)
#: Where forms are.
FORMS = ("cases.forms", "district.forms", "csec.accounts")
#: For whoever runs an installation, or changes the code.
NOT_READ = ("migrations", "management")
#: Faults of a program: their words go into a log, where they go at all.
FAULTS = {
    "TypeError",
    "ValueError",
    "LookupError",
    "RuntimeError",
    "ImproperlyConfigured",
    "OAuth2Error",
    "BadSignature",
}
#: For a machine: what a digest is of, what is counted, and what a watch from outside reads. And the names in a drill.
NO_TEXT = {"second factor", "second factors", "not ok\n"} | set(NAMES.values()) | {NEXT_SCHOOLS}
_SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|AND|OR|EXISTS|CASE|WHEN|JOIN|MATERIALIZED|UPDATE|INSERT|GROUP|THEN|AT TIME ZONE|AS)\b"
)
_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")


def test_every_text_of_a_template_is_translated() -> None:
    found = {
        f"{path.relative_to(ROOT / 'templates')}: {text}"
        for path in TEMPLATES
        if str(path.relative_to(ROOT / "templates")) not in FOR_BUILDERS and path.suffix != ".typ"
        for text in untranslated(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Sign in</p>", ["Sign in"]),
        ('<p title="Sign in">{{ x }}</p>', ["Sign in"]),
        ('{% include "a.html" with label="Sign in" %}', ["Sign in"]),
        ('{{ x|default:"nobody at all" }}', ["nobody at all"]),
        ('{{ x|yesno:"Yes,No" }}', ["Yes,No"]),
        ('{{ x|default:_("nobody at all") }} {{ at|date:"SHORT_DAY" }}', []),
        ('{% load i18n %}<p>{% translate "Sign in" %} · {{ name }}</p>', []),
        ("{% blocktranslate trimmed %}Sign <b>in</b>{% endblocktranslate %}", []),
        ('{% include "includes/state.html" with state="late" word="" only %}', []),
    ],
)
def test_the_walk_finds_what_is_written_into_a_template(source: str, found: list[str]) -> None:
    assert list(untranslated(source)) == found


def untranslated(source: str) -> Iterator[str]:
    """The texts of a template that stand outside of the tags that translate."""
    source = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", "", source, flags=re.DOTALL)
    source = re.sub(
        r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", "", source, flags=re.DOTALL
    )
    source = re.sub(
        r"{%\s*block (?:page_class|skip_to)\s*%}.*?{%\s*endblock", "{% endblock", source, flags=re.DOTALL
    )
    for tag in re.findall(r"{%.*?%}|{{.*?}}", source, flags=re.DOTALL):
        if re.match(r"{%\s*(?:trans(?:late)?|load|extends|url|static|if|elif|ifchanged)\b", tag):
            continue
        given = re.sub(r"^{%\s*include\s+\S+", "", tag)
        for before, text in re.findall(r"(_\()?\"([^\"]*)\"", given):
            if not before and (_WORDS.search(text) or re.match(r"[A-Z][a-z]", text)):
                yield text
    plain = re.sub(r"{%.*?%}|{{.*?}}", "\0", source, flags=re.DOTALL)
    read = r"(?:title|alt|placeholder|aria-label|aria-description|label|summary|data-[a-z-]+)"
    for text in re.findall(rf'\b{read}="([^"]*)"', plain):
        if _WORDS.search(text):
            yield text
    plain = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", plain, flags=re.DOTALL)
    for text in re.split(r"<[^>]*>|\0", plain):
        if re.search(r"[^\W\d_]{2}", text) and text.strip() not in NAME:
            yield text.strip()


def test_a_paper_has_no_words_but_those_that_it_is_given() -> None:
    """Content in square brackets is what Typst would set as it stands; a name after a `#` is a value."""
    for path in TEMPLATES:
        if path.suffix == ".typ":
            code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
            assert not _WORDS.search(" ".join(re.findall(r"\[([^\]#]*)\]", code))), path


def test_every_text_that_code_shows_is_translated() -> None:
    files = [ROOT / name for name in ALSO]
    files += [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        if not set(path.parts) & set(NOT_READ)
        for line, text in said(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "Sign in"', ["Sign in"]),
        ('x = f"{n} days late"', [" days late"]),
        ('raise Conflict("Somebody was first.")', ["Somebody was first."]),
        ('x = _("Sign in") % {"a": 1}', []),
        ('"""A docstring of a module."""\ndef f():\n    """Another one."""', []),
        ('raise TypeError("A program is wrong.")', []),
        ("""x = '<p class="a b">Sign in</p>'""", ['<p class="a b">Sign in</p>']),
        ("""x = '<p class="nobody reads it">{}</p>'""", []),
        ('logger.error("Nobody reads it on a page.")', []),
        ('sql = "SELECT id FROM cases_case"', []),
    ],
)
def test_the_walk_finds_what_is_written_into_code(source: str, found: list[str]) -> None:
    assert [text for _line, text in said(ast.parse(source))] == found


def said(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings of two words and more that no function translates: no docstring, no statement, no fault."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        logs = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "logger"
        if name in FUNCTIONS or name in FAULTS or logs:
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        plain = re.sub(r"<[^>]*>?", "", node.value)
        if _WORDS.search(plain) and not _SQL.search(plain) and plain not in NO_TEXT:
            yield node.lineno, node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from said(child)


def test_no_script_holds_a_text() -> None:
    """What a script says stands in an attribute of the page (data-…), in the page's language."""
    scripts = sorted((ROOT / "static" / "csec").glob("*.js"))
    assert scripts
    for script in scripts:
        code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        texts = [text for _quote, text in re.findall(r"([\"'`])((?:(?!\1).)*)\1", code)]
        assert [text for text in texts if _WORDS.search(text)] == ["use strict", *_between_windows(script)]


def _between_windows(script: Path) -> list[str]:
    """What the windows of one browser tell one another, and nobody reads."""
    return {"idle.js": ["still there"]}.get(script.name, [])


def test_nothing_is_translated_before_it_is_known_for_whom() -> None:
    """A text at the head of a module would be said in the language of whoever started the process."""
    eager = {"gettext", "ngettext", "pgettext", "npgettext"}
    for folder in ("csec", "cases", "protocols", "district", "drills"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {
                alias.asname or alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
                for alias in node.names
                if alias.name in eager
            }
            at_once = [call for top in tree.body for call in _called_at_once(top) if call in names]
            assert at_once == [], path


def _called_at_once(node: ast.AST) -> Iterator[str]:
    """The functions that are called when the module is read: not those within a function, but its defaults."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for default in [
            *node.args.defaults,
            *(one for one in node.args.kw_defaults if one),
            *node.decorator_list,
        ]:
            yield from _called_at_once(default)
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield getattr(node.func, "id", "")
    for child in ast.iter_child_nodes(node):
        yield from _called_at_once(child)


def test_every_field_that_is_seen_has_a_label_from_the_catalog() -> None:
    """Where a form says none, Django makes one of the field's name: in English, and in words of the code."""
    unlabeled = {
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form in _forms()
        for name, field in form.base_fields.items()
        if not field.label and not field.widget.is_hidden
    }
    assert unlabeled == set()


def _forms() -> Iterator[type[Form]]:
    """All of ours that a view may show."""
    for room in FORMS:
        for module in iter_modules(import_module(room).__path__):
            import_module(f"{room}.{module.name}")
    todo = [Form]
    while todo:
        form = todo.pop()
        todo += form.__subclasses__()
        if form.__module__.startswith(FORMS):
            yield form
