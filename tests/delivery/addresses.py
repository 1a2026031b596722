"""Where the processes that a test starts find the database of that test."""

import os

from django.db import connections

from csec.database import GROUPS, with_database


def addresses_of_the_test_database() -> dict[str, str]:
    """The environment's addresses, of the database that this process tests in."""
    name = str(connections["owner"].settings_dict["NAME"])
    return {key: with_database(os.environ[key], name) for key in ("DATABASE_URL", *GROUPS)}
