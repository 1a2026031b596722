from django.db import migrations

# A calendar asks before anybody is known: it has to know the address, of which only a hash is kept.
ACCESS = """
ALTER TABLE accounts_calendarfeed ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON accounts_calendarfeed FOR SELECT TO csec_app USING (true);
CREATE POLICY make ON accounts_calendarfeed FOR INSERT TO csec_app WITH CHECK (person_id = acting_person());
CREATE POLICY revoke ON accounts_calendarfeed FOR UPDATE TO csec_app
    USING (person_id = acting_person()) WITH CHECK (person_id = acting_person());
GRANT SELECT, INSERT, UPDATE ON accounts_calendarfeed TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_calendar_feed"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(ACCESS, migrations.RunSQL.noop)]
