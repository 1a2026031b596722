from django.db import migrations, models

# How often somebody tried an address of a calendar that is nobody's: of whom, and which, nothing is kept.
MISSED = """
CREATE FUNCTION feeds_missed(lately interval) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT count(*) FROM audit_event e
    WHERE e.verb = 'feed_not_found' AND e.at > clock_timestamp() - lately
    $$;
REVOKE EXECUTE ON FUNCTION feeds_missed(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION feeds_missed(interval) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_no_text_before")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("verb", "feed_not_found")),
                fields=["at"],
                name="audit_event_feed_missed",
            ),
        ),
        migrations.RunSQL(MISSED, "DROP FUNCTION feeds_missed(interval);"),
    ]
