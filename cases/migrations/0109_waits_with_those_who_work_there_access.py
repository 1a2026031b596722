"""Whoever has left a school is not who a concern waits with: the people of its student's case would call nobody."""

from django.db import migrations

FUNCTION = "waiting_about(uuid)"
ORDER = "ORDER BY h.n LIMIT 1"
WHO_WORKS_THERE = f"""AND works_as(h.id, ARRAY[''counselor'', ''social_worker'', ''administrator'', ''liaison''], w.at_school)
        {ORDER}"""


def _changed(old: str, new: str) -> str:
    """The function with another condition in it; what else it says stays as it is."""
    return f"""
DO $do$
DECLARE
    before CONSTANT text := pg_get_functiondef('{FUNCTION}'::regprocedure);
    changed CONSTANT text := replace(before, '{old}', '{new}');
BEGIN
    IF changed = before THEN
        RAISE EXCEPTION '{FUNCTION}: what is asked of it was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0108_named_by_another_access")]

    operations = [migrations.RunSQL(_changed(ORDER, WHO_WORKS_THERE), _changed(WHO_WORKS_THERE, ORDER))]
