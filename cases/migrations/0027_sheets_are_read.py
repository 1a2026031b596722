from django.db import migrations

# A work sheet for a report is read from the case, or from a concern in it: whoever opened one has opened that, in what
# those who carry the case are told of its readers, and in what is watched for.
SHEETS = """
DO $$
DECLARE
    one regprocedure;
    before text;
BEGIN
    FOREACH one IN ARRAY ARRAY['case_readers(uuid)', 'case_readings(uuid)',
            'many_opened(timestamptz, timestamptz, int, interval)']::regprocedure[] LOOP
        before := pg_get_functiondef(one);
        EXECUTE replace(replace(before,
            '.verb = ''case_viewed''', '.verb IN (''case_viewed'', ''report_sheet_opened'')'),
            '.verb = ''concern_viewed''', '.verb IN (''concern_viewed'', ''report_sheet_opened'')');
        IF pg_get_functiondef(one) = before THEN
            RAISE EXCEPTION '% does not name the verbs that it reads', one;
        END IF;
    END LOOP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_ended_with_a_role"), ("audit", "0007_sheets_of_concerns")]

    operations = [migrations.RunSQL(SHEETS, migrations.RunSQL.noop)]
