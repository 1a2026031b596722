"""
One of PostgreSQL's rules after the other is taken out of the world, and both gates are tried there.

Part of the mutation run (tests/mutation), which names this file to pytest and says what to take out. The world is
built once for all of them: each is taken out in a savepoint, and put back with it.
"""

import json
import os
import time
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.matrix.asking import undone
from tests.matrix.eyes import READS, Stored
from tests.matrix.gates import changes, leaves_alone, shows, takes
from tests.matrix.rows import write_as_owner
from tests.matrix.world import WHO, World

pytestmark = pytest.mark.django_db

#: By the tests that ask the same of all tables.
FILE = "tests/matrix/test_need_to_know.py::"
GATES = {
    f"{FILE}test_postgresql_shows_each_row_to_those_who_need_to_know_it": shows,
    f"{FILE}test_postgresql_takes_a_row_from_those_who_may_write_it": takes,
    f"{FILE}test_postgresql_changes_a_row_for_those_who_may_write_it": changes,
    f"{FILE}test_postgresql_leaves_a_table_alone_in_which_one_reads_nothing": leaves_alone,
}


def test_what_is_noticed_without_each_rule(world: World, stored: Stored) -> None:
    """Reads and writes files: what to take out, a line each; and which test noticed it, a line each, at once."""
    asked, answers = Path(os.environ["LANTERN_RULES"]), Path(os.environ["LANTERN_NOTICED"])
    with answers.open("a") as found:
        for line in asked.read_text().splitlines():
            rule = json.loads(line)
            began = time.monotonic()
            by = noticed(world, stored, rule)
            found.write(json.dumps({"id": rule["id"], "by": by, "seconds": time.monotonic() - began}) + "\n")
            found.flush()


def noticed(world: World, stored: Stored, rule: dict[str, str]) -> str:
    """The first test that fails at the rule's own table, the one that did last time before the others; or ""."""
    tables = {rule["where"]} if rule["where"] in READS else set(READS)
    every = [f"{test}[{who}]" for test in GATES for who in WHO]
    likely = rule["likely"]
    tests = dict.fromkeys([likely, *every])
    with undone():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        write_as_owner(rule["sql"].replace("%", "%%"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return next((test for test in tests if test in every and fails(test, world, stored, tables)), "")


def fails(test: str, world: World, stored: Stored, tables: Collection[str]) -> bool:
    name, _, who = test.partition("[")
    gate = partial(GATES[name], who.rstrip("]"), world, stored, tables)
    try:
        with transaction.atomic():
            gate()
    except Exception:
        return True
    return False
