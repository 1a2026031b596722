from django.db import migrations

# None of it has row-level security: it is asked before anybody is known. A session is found by its key alone, a try is
# two digests, the secrets of second factors are sealed before they come here.
ACCESS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_session, mfa_authenticator TO csec_app;
GRANT SELECT, INSERT, DELETE ON accounts_signintry TO csec_app;
GRANT SELECT, INSERT ON accounts_passwordreset TO csec_app;
GRANT SELECT ON socialaccount_socialaccount TO csec_app;
GRANT SELECT (expire_date), DELETE ON accounts_session TO csec_worker;
GRANT SELECT, DELETE ON accounts_signintry TO csec_worker;
GRANT SELECT, UPDATE, DELETE ON accounts_passwordreset TO csec_worker;
REVOKE ALL ON django_session FROM csec_app;
"""
AS_BEFORE = """
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO csec_app;
REVOKE ALL ON accounts_session, accounts_signintry, accounts_passwordreset, mfa_authenticator,
    socialaccount_socialaccount FROM csec_app, csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sign_in"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunSQL(ACCESS, AS_BEFORE)]
