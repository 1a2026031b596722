from django.db import migrations

# An address is made, and taken back. Whoever may take somebody else's back could otherwise put an address there that
# they know, and read that person's calendar under it.
COLUMNS = """
REVOKE UPDATE ON accounts_calendarfeed FROM csec_app;
GRANT UPDATE (revoked_at) ON accounts_calendarfeed TO csec_app;
"""
AS_BEFORE = "GRANT UPDATE ON accounts_calendarfeed TO csec_app;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_session_digests")]

    operations = [migrations.RunSQL(COLUMNS, AS_BEFORE)]
