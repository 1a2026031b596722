from django.db import migrations

# The sweep marks a check-in where it has just locked it, without looking it up once more.
PLACE = "GRANT SELECT (ctid) ON cases_checkin TO csec_worker;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_calendar_both_ways_access")]

    operations = [migrations.RunSQL(PLACE, "REVOKE SELECT (ctid) ON cases_checkin FROM csec_worker;")]
