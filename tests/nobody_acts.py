"""
Tests make people and places while nobody acts.

PostgreSQL refuses that; in their database it is let through, as here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

_PLACES = ("directory_agency", "directory_closure", "directory_district", "directory_school")
_ALLOW = """
CREATE POLICY made_by_a_test ON accounts_membership TO csec_app
    USING (acting_person() IS NULL) WITH CHECK (acting_person() IS NULL);
CREATE POLICY made_by_a_test ON accounts_user FOR INSERT TO csec_app WITH CHECK (acting_person() IS NULL);
DROP TRIGGER accounts_user_is_kept_by_others ON accounts_user;
CREATE TRIGGER accounts_user_is_kept_by_others BEFORE UPDATE ON accounts_user
    FOR EACH ROW WHEN (acting_person() IS NOT NULL) EXECUTE FUNCTION hold_account();
""" + "".join(
    f"""
    CREATE POLICY made_by_a_test ON {table} TO csec_app
        USING (acting_person() IS NULL) WITH CHECK (acting_person() IS NULL);
    """
    for table in _PLACES
)
_REFUSE = """
DROP POLICY IF EXISTS made_by_a_test ON accounts_membership;
DROP POLICY IF EXISTS made_by_a_test ON accounts_user;
DROP TRIGGER accounts_user_is_kept_by_others ON accounts_user;
CREATE TRIGGER accounts_user_is_kept_by_others BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION hold_account();
""" + "".join(f"DROP POLICY IF EXISTS made_by_a_test ON {table};" for table in _PLACES)


def make_people() -> None:
    """Let it through, in a database that may have been used before."""
    with connections["owner"].cursor() as owner:
        owner.execute(_REFUSE + _ALLOW)


@contextmanager
def refused() -> Iterator[None]:
    """As it is in every database but the tests'. For tests that commit: rows in use would be waited for."""
    with connections["owner"].cursor() as owner:
        owner.execute(_REFUSE)
    try:
        yield
    finally:
        make_people()
