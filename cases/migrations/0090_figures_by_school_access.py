"""The figures count the open cases of each school, and in how many of them something is late: its workload."""

from django.db import migrations

FUNCTION = "figures(uuid[], timestamptz, date)"
#: Each with its text before and after; the rest of the function stays as it is.
CHANGES = (
    (
        "), at_step AS (",
        """), by_case AS (
        -- Of each open case whether something in it waits for anybody, and is late.
        SELECT c.id, c.school_id, c.own, CASE
            WHEN w.late THEN 'late' WHEN w.late IS NOT NULL THEN 'on_time' ELSE 'nothing' END AS how
        FROM counted c LEFT JOIN (SELECT id, bool_or(late) AS late FROM asking GROUP BY id) w ON w.id = c.id
        WHERE c.open
    ), at_step AS (""",
    ),
    (
        "UNION ALL SELECT 'contact', school_id,",
        "UNION ALL SELECT 'open', school_id, ARRAY['open'], id, own FROM by_case\n"
        "        UNION ALL SELECT 'load', school_id, ARRAY[how], id, own FROM by_case\n"
        "        UNION ALL SELECT 'contact', school_id,",
    ),
)


def _changed(old: str, new: str) -> str:
    return f"""
DO $do$
DECLARE
    body text := pg_get_functiondef('{FUNCTION}'::regprocedure);
    changed text := replace(body, $q${old}$q$, $q${new}$q$);
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION '{FUNCTION}: what is to be changed was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0089_zones_of_what_waits_access")]

    operations = [
        migrations.RunSQL(
            "".join(_changed(old, new) for old, new in CHANGES),
            "".join(_changed(new, old) for old, new in CHANGES),
        )
    ]
