"""By a report that is owed a case opens to the liaison when its lists say that it is late, whosever duty is open."""

from django.db import migrations

# By one's own clock the hour would tell whose it is: of whoever reads there when each of them first knew. What is owed
# is never late before the first open duty is, so that of duties that are not late nothing more is asked.
_OWN = "d.due_at <= statement_timestamp()"
_OWED = "report_due(d.case_id) <= statement_timestamp()"


def _asked(old: str, new: str) -> str:
    """The view with another condition in it; what else it holds stays as it is."""
    return f"""
DO $do$
DECLARE
    body text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    changed text := replace(body, '{old}', '{new}');
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION 'cases_asked_of_district: when a duty that is open asks for the district was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || changed;
END
$do$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0098_transfers_kept_after_access")]

    operations = [
        migrations.RunSQL(
            _asked(f"({_OWN})", f"({_OWN}) AND ({_OWED})"), _asked(f"({_OWN}) AND ({_OWED})", f"({_OWN})")
        )
    ]
