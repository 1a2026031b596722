from django.db import migrations

# How much somebody would leave behind: a number, for whoever takes their role away and has to see that others take over.
# Of the liaison's district or the administrator's school, also of cases that they do not open; never of one that is
# kept from them, which for them does not exist.
COUNTED = """
CREATE FUNCTION cases_carried(who uuid, in_role text, at_school uuid) RETURNS int
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT count(DISTINCT c.id)::int FROM cases_caseperson p JOIN cases_case c ON c.id = p.case_id
    WHERE p.person_id = who AND NOT p.excluded AND c.status = 'open'
        AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
        AND (in_role IS NULL OR p.role = in_role) AND (at_school IS NULL OR c.school_id = at_school)
        AND works_as(acting_person(), ARRAY['administrator', 'liaison'], c.school_id)
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x
            WHERE x.case_id = c.id AND x.person_id = acting_person() AND x.excluded
                AND (x.until IS NULL OR x.until > statement_timestamp()))
    $$;
REVOKE EXECUTE ON FUNCTION cases_carried(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_carried(uuid, text, uuid) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_agreement_access")]

    operations = [migrations.RunSQL(COUNTED, "DROP FUNCTION cases_carried(uuid, text, uuid);")]
