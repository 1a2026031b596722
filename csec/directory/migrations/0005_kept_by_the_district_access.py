from django.db import migrations

# Who keeps the district: the liaison its settings, schools, closures and agencies; an administrator the closures of their
# own school; nobody in whose name nobody acts. The day of a membership is the school's, which may be the one before or
# after PostgreSQL's: the application decides that, and PostgreSQL leaves a day's room.
FUNCTIONS = """
-- Whether the acting person answers for this school; for all of them (no school), the liaison.
CREATE FUNCTION answers_for(at_school uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.person_id = acting_person()
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = at_school))
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1))
    $$;
REVOKE EXECUTE ON FUNCTION answers_for(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION answers_for(uuid) TO csec_app;
"""

KEPT_BY_THE_LIAISON = "".join(
    f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY read ON {table} FOR SELECT TO csec_app, csec_worker USING (true);
    CREATE POLICY enter ON {table} FOR INSERT TO csec_app WITH CHECK (answers_for(NULL));
    CREATE POLICY change ON {table} FOR UPDATE TO csec_app USING (answers_for(NULL)) WITH CHECK (answers_for(NULL));
    """
    for table in ("directory_district", "directory_school", "directory_agency")
)
COLUMNS = """
REVOKE UPDATE ON directory_school FROM csec_app;
GRANT UPDATE (name, time_zone) ON directory_school TO csec_app;
"""
AGENCIES = """
CREATE POLICY remove ON directory_agency FOR DELETE TO csec_app USING (answers_for(NULL));
GRANT DELETE ON directory_agency TO csec_app;
"""
# Entered, and taken out; a longer or a shorter one is another one.
CLOSURES = """
ALTER TABLE directory_closure ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON directory_closure FOR SELECT TO csec_app, csec_worker USING (true);
CREATE POLICY enter ON directory_closure FOR INSERT TO csec_app WITH CHECK (answers_for(school_id));
CREATE POLICY withdraw ON directory_closure FOR UPDATE TO csec_app
    USING (answers_for(school_id)) WITH CHECK (answers_for(school_id));
REVOKE UPDATE ON directory_closure FROM csec_app;
GRANT UPDATE (withdrawn_at) ON directory_closure TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_closures_taken_out"), ("accounts", "0010_agreement")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS + KEPT_BY_THE_LIAISON + COLUMNS + AGENCIES + CLOSURES, migrations.RunSQL.noop
        )
    ]
