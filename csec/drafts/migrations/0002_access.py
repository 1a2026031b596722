from django.db import migrations

ACCESS = """
ALTER TABLE drafts_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON drafts_draft TO csec_app
    USING (person_id = (SELECT acting_person())) WITH CHECK (person_id = (SELECT acting_person()));
GRANT SELECT, INSERT, UPDATE, DELETE ON drafts_draft TO csec_app;
CREATE POLICY own_draft ON crypto_datakey FOR SELECT TO csec_app USING (scope = (SELECT acting_person()));
CREATE POLICY drop_own_draft ON crypto_datakey FOR DELETE TO csec_app USING (scope = (SELECT acting_person()));
"""
REVOKE = """
DROP POLICY own_draft ON crypto_datakey;
DROP POLICY drop_own_draft ON crypto_datakey;
REVOKE ALL ON drafts_draft FROM csec_app;
DROP POLICY own ON drafts_draft;
ALTER TABLE drafts_draft DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial"), ("crypto", "0002_access")]

    operations = [migrations.RunSQL(ACCESS, REVOKE)]
