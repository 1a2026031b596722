from django.db import migrations

# It told each person's very day, and told it to everybody on the case: `case_readings` blurs the week of a report, and
# answers only those who carry the case or answer for it.
READERS = "DROP FUNCTION case_readers(uuid);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0090_figures_by_school_access")]

    operations = [migrations.RunSQL(READERS, migrations.RunSQL.noop)]
