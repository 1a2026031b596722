from django.db import migrations

# Column by column, without the number. A write in a transaction that is still open holds its lock on the table: the
# sealing waits for it, and so needs no right to see it.
EVENTS = """
REVOKE INSERT ON audit_event FROM csec_app, csec_worker;
GRANT INSERT (id, at, actor, role, verb, subject, case_id, request, result) ON audit_event TO csec_app, csec_worker;
"""
# Not on TRUNCATE either, as with the events: what was anchored outside shows it.
SEALS = """
GRANT SELECT, INSERT ON audit_seal TO csec_audit;
CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACK = """
DROP TRIGGER audit_seal_is_append_only ON audit_seal;
REVOKE ALL ON audit_seal FROM csec_audit;
GRANT INSERT ON audit_event TO csec_app, csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]

    operations = [migrations.RunSQL(EVENTS + SEALS, BACK)]
