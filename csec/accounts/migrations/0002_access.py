from django.db import migrations

# Nobody gives themselves a right: PostgreSQL refuses a membership that its own person writes.
OWN = """
GRANT SELECT, INSERT, UPDATE ON accounts_user, accounts_membership TO csec_app;
GRANT SELECT ON accounts_user, accounts_membership TO csec_worker;
ALTER TABLE accounts_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON accounts_membership FOR SELECT TO csec_app, csec_worker USING (true);
CREATE POLICY give ON accounts_membership FOR INSERT TO csec_app
    WITH CHECK (person_id IS DISTINCT FROM acting_person());
CREATE POLICY change ON accounts_membership FOR UPDATE TO csec_app
    USING (person_id IS DISTINCT FROM acting_person()) WITH CHECK (person_id IS DISTINCT FROM acting_person());
"""
# What the libraries for sessions and sign-in keep in tables of their own.
LIBRARIES = """
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, account_emailaddress, account_emailconfirmation TO csec_app;
GRANT SELECT ON django_content_type, auth_permission TO csec_app;
GRANT USAGE ON SEQUENCE account_emailaddress_id_seq, account_emailconfirmation_id_seq TO csec_app;
"""
REVOKE = """
DROP POLICY change ON accounts_membership;
DROP POLICY give ON accounts_membership;
DROP POLICY read ON accounts_membership;
ALTER TABLE accounts_membership DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON accounts_user, accounts_membership FROM csec_app, csec_worker;
REVOKE ALL ON django_session, account_emailaddress, account_emailconfirmation, django_content_type, auth_permission
    FROM csec_app;
REVOKE ALL ON SEQUENCE account_emailaddress_id_seq, account_emailconfirmation_id_seq FROM csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("audit", "0002_append_only"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunSQL(OWN + LIBRARIES, REVOKE)]
