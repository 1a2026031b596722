"""Every row as it stands inside a test's own transaction, past every rule of access: what was really written."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection, connections

from tests.matrix.forms import ID

#: What answering a request may write by itself: the log, and that somebody is still there.
BY_ITSELF = frozenset({"audit_event", "audit_seal", "accounts_session", "django_session"})

# In a schema of its own: no function of the product, and gone after the tests. With the number of the transaction
# that wrote a row, so that writing the same once more is seen as well.
LOOK = """
DROP SCHEMA IF EXISTS looking CASCADE;
CREATE SCHEMA looking;
CREATE FUNCTION looking.rows() RETURNS TABLE (name text, row_ text) LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    found text;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L::text, (to_jsonb(t) || jsonb_build_object(''xmin'', t.xmin::text))::text FROM %I t',
            found, found);
    END LOOP;
END
$$;
CREATE FUNCTION looking.ids(query text) RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ BEGIN RETURN QUERY EXECUTE query; END $$;
CREATE FUNCTION looking.said(query text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ BEGIN RETURN QUERY EXECUTE format('SELECT to_jsonb(q)::text FROM (%s) q', query); END $$;
CREATE FUNCTION looking.done(query text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ BEGIN EXECUTE query; END $$;
GRANT USAGE ON SCHEMA looking TO csec_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA looking TO csec_app;
"""

Rows = set[tuple[str, str]]


@contextmanager
def looked_at() -> Iterator[None]:
    """While this lasts `rows` can be asked; committed by the owner, before the tests begin their transaction."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(LOOK)
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA looking CASCADE")


def rows() -> Rows:
    """All there is, but for what answering writes by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, row_ FROM looking.rows() WHERE name <> ALL (%s)", [sorted(BY_ITSELF)])
        return set(cursor.fetchall())


def as_owner(query: str, *values: Any) -> list[Any]:
    """The ids that a query finds past every rule, in the transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM looking.ids(%s)", [_whole(query, values)])
        return [one for (one,) in cursor.fetchall()]


def said_to_owner(query: str, *values: Any) -> list[dict[str, Any]]:
    """The rows that a query finds past every rule, in the transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM looking.said(%s)", [_whole(query, values)])
        return [json.loads(one) for (one,) in cursor.fetchall()]


def write_as_owner(query: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT looking.done(%s)", [_whole(query, values)])


def _whole(query: str, values: Sequence[Any]) -> str:
    return psycopg.ClientCursor(connection.connection).mogrify(query, values)


def written(before: Rows, after: Rows) -> list[str]:
    """The tables of which rows came, went or were changed."""
    return sorted({table for table, _row in before ^ after})


#: What differs between two runs of the same deed: new ids, moments, sealed texts, and what is drawn by lot.
VARIES = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d"), "a moment"),
    (re.compile(r'"[2-9A-Z]{4}-[2-9A-Z]{4}"'), '"a number"'),
    (re.compile(r'"[0-9a-f]{64}"'), '"a digest"'),
    (re.compile(r'"(md5|pbkdf2_sha256|argon2|!)[^"]*"'), '"a password"'),
]
SEALED = re.compile(r"\\\\x([0-9a-f]+)")


def change(before: Rows, after: Rows) -> list[str]:
    """What came, went and was changed, in words that are the same for the same deed done twice."""
    known = {one for _table, row in before for one in ID.findall(row)}
    keys = {model._meta.db_table: model._meta.pk.column for model in apps.get_models() if model._meta.pk}
    lines, olds = [], {}
    for table, text in before - after:
        row = json.loads(text)
        olds[table, row.get(keys.get(table, ""))] = row
    for table, text in after - before:
        row = json.loads(text)
        old = olds.pop((table, row.get(keys.get(table, ""))), {})
        changed = {
            name: value for name, value in row.items() if name != "xmin" and old.get(name, ...) != value
        }
        lines.append(f"{table} {'changed' if old else 'new'}: {_told(changed, known)}")
    lines += [f"{table} gone: {_told(old | {'xmin': ''}, known)}" for (table, _key), old in olds.items()]
    return sorted(lines)


def _told(row: dict[str, object], known: set[str]) -> str:
    text = ID.sub(
        lambda found: found[0] if found[0] in known else "a new id", json.dumps(row, sort_keys=True)
    )
    text = SEALED.sub(lambda found: f"{len(found[1])} sealed", text)
    for pattern, words in VARIES:
        text = pattern.sub(words, text)
    return text
