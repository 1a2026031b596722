from django.db import migrations

# Who acts, as `csec.identity` told it for this transaction; nobody when it was not told.
ACTING_PERSON = """
CREATE FUNCTION acting_person() RETURNS uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog
    AS $$ SELECT nullif(current_setting('csec.person', true), '')::uuid $$;
"""

# Also against the owner, whose grants cannot be taken away. Not on TRUNCATE: the tests flush with it.
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a row is neither changed nor deleted.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

GRANTS = """
GRANT INSERT ON audit_event TO csec_app, csec_worker;
GRANT SELECT ON audit_event TO csec_audit;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(ACTING_PERSON, "DROP FUNCTION acting_person();"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER audit_event_is_append_only ON audit_event; DROP FUNCTION refuse_change();",
        ),
        migrations.RunSQL(GRANTS, "REVOKE ALL ON audit_event FROM csec_app, csec_worker, csec_audit;"),
    ]
