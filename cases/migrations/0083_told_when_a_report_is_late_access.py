from django.db import migrations

# Those who answer for a case are told that a report is late when its lists say so, and by that of nobody who has not
# reported.
TOLD = """
ALTER FUNCTION report_due(uuid) SECURITY DEFINER;
GRANT EXECUTE ON FUNCTION report_due(uuid) TO csec_worker;
"""
BEFORE = """
REVOKE EXECUTE ON FUNCTION report_due(uuid) FROM csec_worker;
ALTER FUNCTION report_due(uuid) SECURITY INVOKER;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0082_sides_and_second_cases_access")]

    operations = [migrations.RunSQL(TOLD, BEFORE)]
