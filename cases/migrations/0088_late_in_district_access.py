"""How many cases of all schools are late, for the first screen of the liaison: as many as their list of them holds."""

from django.db import migrations

# The same rows as `cases_of_district` finds with `only_late`, without what it reads of each: a first screen counts them.
COUNT = """
CREATE FUNCTION late_in_district() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT count(*)::int
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id
    WHERE c.status = 'open' AND s.drill_id IS NOT DISTINCT FROM (SELECT acting_drill())
        AND c.late_from < statement_timestamp() AND (SELECT is_liaison()) AND NOT kept_away(c.id)
    $$;
REVOKE EXECUTE ON FUNCTION late_in_district() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION late_in_district() TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0087_say_which_officer")]

    operations = [migrations.RunSQL(COUNT, "DROP FUNCTION late_in_district();")]
