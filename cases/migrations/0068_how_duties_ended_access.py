from django.db import migrations

# Nobody is asked once more where a report was made; that somebody said for themselves that none applies is no report.
HOW = "GRANT SELECT (how) ON cases_reportduty TO csec_worker"
BEFORE = "REVOKE SELECT (how) ON cases_reportduty FROM csec_worker"


class Migration(migrations.Migration):
    dependencies = [("cases", "0067_reports_by_the_open_part_access")]

    operations = [migrations.RunSQL(HOW, BEFORE)]
