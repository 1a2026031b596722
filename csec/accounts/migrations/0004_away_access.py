from django.db import migrations

# Who is away is known to the staff; only somebody who is signed in enters it.
ACCESS = """
ALTER TABLE accounts_away ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON accounts_away FOR SELECT TO csec_app, csec_worker USING (true);
CREATE POLICY enter ON accounts_away FOR INSERT TO csec_app WITH CHECK (acting_person() IS NOT NULL);
CREATE POLICY change ON accounts_away FOR UPDATE TO csec_app
    USING (acting_person() IS NOT NULL) WITH CHECK (acting_person() IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON accounts_away TO csec_app;
GRANT SELECT ON accounts_away TO csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_away_and_weekdays"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(ACCESS, migrations.RunSQL.noop)]
