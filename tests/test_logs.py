"""A traceback in the log tells where and what kind, and nothing of what was in the row; a line is a line."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from csec.logs import WithoutValues
from tests.sinks import log_of_the_application

pytestmark = pytest.mark.django_db


def test_what_the_database_quotes_of_a_refused_row_stays_out_of_the_log() -> None:
    # Not in the statement itself: a traceback quotes our own lines. Of a table with rules for its rows it quotes none.
    row = ["Planted"]
    with pytest.raises(DatabaseError, match="Planted") as refused, transaction.atomic():
        connection.cursor().execute(
            'INSERT INTO account_emailaddress (email, verified, "primary", user_id) VALUES (%s, false, false, NULL)',
            row,
        )
    error = (refused.type, refused.value, refused.tb)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Failed", None, error)
    written = WithoutValues("%(message)s").format(record)
    assert "Planted" not in written
    assert "IntegrityError" in written
    assert "test_logs.py" in written


def test_whoever_asks_for_an_address_with_a_line_feed_in_it_writes_no_line_of_their_own() -> None:
    with log_of_the_application() as said:
        Client().get("/nothing%0a2026-01-01T00:00:00.000Z%20ERROR%20csec%20Forged")
    assert len(said.getvalue().splitlines()) == 1


def test_a_line_begins_with_its_time_in_utc() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Failed", None, None)
    record.created, record.msecs = 1_800_000_000.25, 250
    assert WithoutValues("%(asctime)s %(message)s").format(record) == "2027-01-15T08:00:00.250Z Failed"
