from django.db import migrations

# What somebody took up who does not work there any more is asked about anew (`cases/reminders/concerns.py`).
ANEW = """
GRANT UPDATE (accepted_at, accepted_by_id, asked_at, climbs_at) ON cases_concern TO csec_worker;
"""
BACK = """
REVOKE UPDATE (accepted_at, accepted_by_id, asked_at, climbs_at) ON cases_concern FROM csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0102_missing_when_it_comes_back_access")]

    operations = [migrations.RunSQL(ANEW, BACK)]
