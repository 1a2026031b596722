from django.db import migrations

# The worker sends. The application reads nothing of the outbox before `cases` says which rows are whose; row-level
# security is on from the start, so that a later grant alone would show none.
OUTBOX = """
GRANT SELECT, INSERT, UPDATE ON delivery_message TO csec_worker;
ALTER TABLE delivery_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY send ON delivery_message TO csec_worker USING (true) WITH CHECK (true);
"""
CLOCK = """
GRANT SELECT, INSERT, UPDATE ON delivery_tick, delivery_clockalarm TO csec_worker;
GRANT SELECT (id, opened_at, closed_at) ON delivery_clockalarm TO csec_app;
"""
# Two figures and no row: how many messages failed in the day before `now_at`, and since when the message that waits
# longest has been due. One that was tried, or that is younger than `patience`, is not late.
BACKLOG = """
CREATE FUNCTION delivery_backlog(now_at timestamptz, patience interval, OUT failed bigint, OUT oldest timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT
        (SELECT count(*) FROM delivery_message m
            WHERE m.state = 'failed' AND m.failed_at > now_at - interval '1 day'),
        (SELECT m.send_after FROM delivery_message m
            WHERE m.state = 'waiting' AND m.attempts = 0
                AND m.send_after <= now_at - patience AND m.created_at <= now_at - patience
            ORDER BY m.send_after LIMIT 1)
$$;
REVOKE ALL ON FUNCTION delivery_backlog(timestamptz, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_backlog(timestamptz, interval) TO csec_app, csec_worker;
"""
REVOKE = """
DROP FUNCTION delivery_backlog(timestamptz, interval);
REVOKE ALL ON delivery_tick, delivery_clockalarm FROM csec_app, csec_worker;
REVOKE SELECT (id, opened_at, closed_at) ON delivery_clockalarm FROM csec_app;
DROP POLICY send ON delivery_message;
ALTER TABLE delivery_message DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON delivery_message FROM csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_outbox"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(OUTBOX + CLOCK + BACKLOG, REVOKE)]
