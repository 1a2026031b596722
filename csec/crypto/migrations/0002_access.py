from django.db import migrations

# A key opens to whoever may open its scope: the policies that say so come with the tables the scopes are in.
# The worker has no grant: without a key every narrative is noise to it.
ACCESS = """
ALTER TABLE crypto_datakey ENABLE ROW LEVEL SECURITY;
CREATE POLICY make ON crypto_datakey FOR INSERT TO csec_app WITH CHECK (acting_person() IS NOT NULL);
GRANT SELECT, INSERT, DELETE ON crypto_datakey TO csec_app;
"""
REVOKE = """
REVOKE ALL ON crypto_datakey FROM csec_app;
DROP POLICY make ON crypto_datakey;
ALTER TABLE crypto_datakey DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("crypto", "0001_initial"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(ACCESS, REVOKE)]
