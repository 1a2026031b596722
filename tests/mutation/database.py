"""The mutants of PostgreSQL's own rules: each policy, trigger and condition is taken out in a database of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg

#: What is asked here is asked by every request; without it nothing is anybody's, and nothing can be tested.
NOT_ASKED = {"acting_person"}
#: Made anew by the tests (see tests/nobody_acts.py): its function is altered instead.
MADE_ANEW = "accounts_user_is_kept_by_others"
#: Of a function that no policy and no trigger asks, and of a view: only who acts is looked at. They do a part of what a
#: verb does or a page shows, and what that is, the tests of the verb and of the page know.
WHO_ACTS = re.compile(
    r"acting_person|case_access|case_role|case_writing|is_liaison|kept_away|works_as|keeps_|answers_for|closes_account"
)


@dataclass(frozen=True)
class Alteration:
    """One rule less: what the owner does, and how it is put back. `where` is the table or the function."""

    id: str
    where: str
    sql: str
    back: str
    #: Whether policies ask it: it may stand behind any table.
    is_asked: bool = False


def alterations(connection: psycopg.Connection[Any]) -> list[Alteration]:
    """All of them, as the database is now."""
    found, seen = [], Counter[str]()
    for one in (*_tables(connection), *_policies(connection), *_triggers(connection), *_routines(connection)):
        if not _is_sql(connection, one.sql):
            continue
        seen[one.id] += 1
        number = f" ({seen[one.id]})" if seen[one.id] > 1 else ""
        found.append(replace(one, id=one.id + number))
    return found


def _is_sql(connection: psycopg.Connection[Any], sql: str) -> bool:
    """Whether PostgreSQL takes it: what stood beside an operator may be no condition."""
    try:
        with connection.transaction():
            connection.execute(sql.encode())
            raise psycopg.Rollback()
    except psycopg.Error:
        return False
    return True


def _tables(connection: psycopg.Connection[Any]) -> Iterator[Alteration]:
    for (table,) in connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    ):
        rules = f"ALTER TABLE {table} {{}} ROW LEVEL SECURITY"
        yield Alteration(
            f"{table}: without row-level security", table, rules.format("DISABLE"), rules.format("ENABLE")
        )


def _policies(connection: psycopg.Connection[Any]) -> Iterator[Alteration]:
    """Of the application; what the worker may touch is a matter of its grants."""
    for table, policy, permissive, command, roles, using, check in connection.execute(
        "SELECT tablename, policyname, permissive, cmd, array_to_string(roles, ', '), qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' AND 'csec_app' = ANY (roles)"
        " AND policyname <> 'made_by_a_test' ORDER BY 1, 2"
    ):
        name = f"{table}: {policy}"
        if permissive == "RESTRICTIVE":
            clauses = "".join(
                f" {clause} ({text})" for clause, text in (("USING", using), ("WITH CHECK", check)) if text
            )
            made = f"CREATE POLICY {policy} ON {table} AS RESTRICTIVE FOR {command} TO {roles}{clauses}"
            yield Alteration(f"{name} is not there", table, f"DROP POLICY {policy} ON {table}", made)
        for clause, text in (("USING", using), ("WITH CHECK", check)):
            altered = f"ALTER POLICY {policy} ON {table} {clause} "
            for what, instead in _weaker(text) if text not in (None, "true") else ():
                yield Alteration(
                    f"{name} {clause} {what}", table, f"{altered}({instead})", f"{altered}({text})"
                )


def _weaker(text: str) -> Iterator[tuple[str, str]]:
    yield "true", "true"
    yield from without_conditions(text)


def _triggers(connection: psycopg.Connection[Any]) -> Iterator[Alteration]:
    for table, trigger in connection.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
    ):
        if trigger != MADE_ANEW:
            switched = f"ALTER TABLE {table} {{}} TRIGGER {trigger}"
            yield Alteration(
                f"{table}: {trigger} is switched off",
                table,
                switched.format("DISABLE"),
                switched.format("ENABLE"),
            )


#: What policies and triggers ask, directly or by way of another; and what the application may call that runs as its
#: owner.
ASKED = """
WITH RECURSIVE ours AS (
    SELECT p.oid, p.proname, p.prosecdef, pg_get_functiondef(p.oid) AS text, p.prorettype::regtype::text AS returns
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
), rules AS (
    SELECT o.* FROM ours o WHERE EXISTS (
        SELECT FROM pg_policies y WHERE y.schemaname = 'public'
            AND concat(y.qual, ' ', y.with_check) ~ ('\\m' || o.proname || '\\M'))
    UNION
    SELECT o.* FROM ours o JOIN rules a ON a.text ~ ('\\m' || o.proname || '\\M')
), asked AS (
    SELECT o.*, EXISTS (SELECT FROM rules r WHERE r.oid = o.oid) AS rule FROM ours o
    WHERE EXISTS (SELECT FROM rules r WHERE r.oid = o.oid)
        OR o.returns = 'trigger'
        OR o.prosecdef AND has_function_privilege('csec_app', o.oid, 'EXECUTE')
    UNION
    SELECT o.*, false FROM ours o JOIN asked a ON a.text ~ ('\\m' || o.proname || '\\M')
    WHERE NOT EXISTS (SELECT FROM rules r WHERE r.oid = o.oid)
)
SELECT DISTINCT proname, text, returns, rule FROM asked ORDER BY proname
"""
VIEWS = """
SELECT viewname, 'CREATE OR REPLACE VIEW ' || viewname || ' AS ' || definition FROM pg_views
WHERE schemaname = 'public' ORDER BY 1
"""
BODY = re.compile(r"(?P<head>.*AS \$(?P<tag>\w*)\$)(?P<body>.*)(?P<foot>\$(?P=tag)\$\s*)", re.DOTALL)


def _routines(connection: psycopg.Connection[Any]) -> Iterator[Alteration]:
    for name, text, returns, rule in connection.execute(ASKED):
        parts = BODY.fullmatch(text)
        if name in NOT_ASKED or parts is None:
            continue
        head, body, foot = parts["head"], parts["body"], parts["foot"]
        if returns == "boolean":
            answer = " BEGIN RETURN true; END " if "LANGUAGE plpgsql" in head else " SELECT true "
            yield Alteration(f"{name}() is always true", name, head + answer + foot, text, rule)
        refuses = returns == "trigger"
        for what, instead in without_conditions(body, refuses=refuses):
            if rule or refuses or WHO_ACTS.search(what):
                yield Alteration(f"{name}() {what}", name, head + instead + foot, text, rule)
    for name, text in connection.execute(VIEWS):
        for what, instead in without_conditions(text):
            if WHO_ACTS.search(what):
                yield Alteration(f"{name} {what}", name, instead, text)


TOKEN = re.compile(
    r"(?P<space>\s+|--[^\n]*)|(?P<word>[A-Za-z_][\w.]*)|(?P<text>'(?:[^']|'')*')|(?P<sign>::|<>|<=|>=|:=|[^\s\w])"
    r"|(?P<number>\d[\w.]*)"
)
#: What a condition begins and ends with.
BEGINS = {"WHERE", "ON", "AND", "OR", "IF", "ELSIF", "WHEN", "HAVING", "SELECT", "RETURN"}
ENDS = BEGINS | {
    "THEN", "ELSE", "END", "GROUP", "ORDER", "LIMIT", "OFFSET", "UNION", "RETURNING", "FOR", "LOOP", "FROM", "JOIN",
    "LEFT", "CROSS", "USING", "AS", "SET", ";", ",",
}  # fmt: skip


@dataclass
class _Condition:
    """What stands between two words of ENDS at one depth of parentheses."""

    after: str
    begin: int
    end: int
    before: str


def without_conditions(text: str, *, refuses: bool = False) -> Iterator[tuple[str, str]]:
    """
    The text with one condition less, for each that keeps rows out, and what it was.

    That is one of those that AND joins, the only one of a WHERE, and that for which a function returns nothing. Of a
    trigger that `refuses`: one of the cases in which it does.
    """
    for one in _conditions(text):
        words = " ".join(re.sub(r"--[^\n]*", "", text[one.begin : one.end]).split())
        plain = words.strip("() ")
        if not plain or plain.lower() in ("true", "false") or plain.isdigit():
            continue
        if refuses:
            if one.after in ("IF", "ELSIF", "OR"):
                yield f"never {_cut(words)}", f"{text[: one.begin]} false {text[one.end :]}"
            continue
        alone = one.after in ("WHERE", "HAVING") and one.before not in ("AND", "OR")
        if "AND" in (one.after, one.before) or alone:
            yield f"without {_cut(words)}", f"{text[: one.begin]} true {text[one.end :]}"
        elif one.after in ("IF", "ELSIF") and re.match(r"\s*THEN\s+RETURN NULL", text[one.end :]):
            yield f"never {_cut(words)}", f"{text[: one.begin]} false {text[one.end :]}"


def _conditions(text: str) -> list[_Condition]:
    found: list[_Condition] = []
    open_: list[_Condition] = [_Condition("(", 0, 0, "")]
    between = [0]
    for token in TOKEN.finditer(text):
        if token["space"]:
            continue
        word = (token["word"] or token["sign"] or "").upper()
        if word == "(":
            open_[-1].end = token.end()
            open_.append(_Condition("(", token.end(), token.end(), ""))
            between.append(0)
        elif word == ")":
            found.append(_closed(open_.pop(), ")", token.start()))
            between.pop()
            open_[-1].end = token.end()
        elif word == "BETWEEN":
            between[-1] += 1
        elif word == "AND" and between[-1]:
            between[-1] -= 1
        elif word in ENDS:
            found.append(_closed(open_[-1], word, token.start()))
            open_[-1] = _Condition(word, token.end(), token.end(), "")
    # A function may end with a condition.
    found += [_closed(one, "", len(text)) for one in open_]
    return sorted((one for one in found if one.begin < one.end), key=lambda one: one.begin)


def _closed(one: _Condition, word: str, at: int) -> _Condition:
    one.before, one.end = word, at
    return one


def _cut(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69]}…"
