"""A traceback in the log tells where and what kind, and nothing of what was in the row."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction

from csec.logs import WithoutValues
from tests import make

pytestmark = pytest.mark.django_db


def test_what_the_database_quotes_of_a_refused_row_stays_out_of_the_log() -> None:
    school = make.school("Planted High")
    with pytest.raises(DatabaseError, match="Planted") as refused, transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO directory_student (id, school_id, given_name, family_name, local_id, active)"
            " VALUES (gen_random_uuid(), %s, 'Planted', NULL, '', true)",
            [school.pk],
        )
    error = (refused.type, refused.value, refused.tb)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Failed", None, error)
    written = WithoutValues("%(message)s").format(record)
    assert "Planted" not in written
    assert "IntegrityError" in written
    assert "test_logs.py" in written
