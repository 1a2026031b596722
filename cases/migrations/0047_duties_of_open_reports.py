from django.db import migrations

# Where a report was open it asked everybody on the case who can make one: each of them has a duty of their own now.
EACH = """
INSERT INTO cases_reportduty (
    id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
SELECT gen_random_uuid(), k.id, c.id, c.school_id, p.person_id, 1,
    greatest(coalesce(t.asked_at, c.opened_at), t.due_at - interval '36 hours'), t.due_at - interval '36 hours',
    t.due_at, r.track <> 'confirmed_victim', ''
FROM cases_steppart t
JOIN cases_trackrun r ON r.id = t.run_id AND r.ended_at IS NULL
JOIN cases_case c ON c.id = t.case_id AND c.status = 'open'
JOIN LATERAL (
    SELECT o.id FROM cases_concern o WHERE o.case_id = c.id ORDER BY o.logged_at, o.id LIMIT 1) k ON true
JOIN cases_caseperson p ON p.case_id = c.id AND NOT p.excluded
    AND p.role IN ('counselor', 'social_worker', 'administrator') AND (p.until IS NULL OR p.until > now())
WHERE t.kind = 'report' AND t.outcome IN ('', 'unable') AND t.due_at IS NOT NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0046_report_duties_access")]

    operations = [migrations.RunSQL(EACH, migrations.RunSQL.noop)]
