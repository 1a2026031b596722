from django.db import migrations

# What was found of a referral is the counselor's and social worker's, as what was recorded when it was offered; how it
# stands is a column of the part, for everybody who sees the part.
REFERRALS = """
ALTER TABLE cases_referral ADD CONSTRAINT cases_referral_part_same_case
    FOREIGN KEY (part_id, case_id) REFERENCES cases_steppart (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_referral ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_referral TO csec_app
    USING (case_role(case_id) IN ('counselor', 'social_worker'))
    WITH CHECK (case_role(case_id) IN ('counselor', 'social_worker') AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_referral TO csec_app;
CREATE TRIGGER cases_referral_is_append_only BEFORE UPDATE OR DELETE ON cases_referral
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Those that were accepted before are looked at as well.
UPDATE cases_steppart p SET progress = 'waiting', next_on = current_date + 14
FROM cases_case c, cases_trackrun n
WHERE c.id = p.case_id AND c.status = 'open' AND n.id = p.run_id AND n.ended_at IS NULL
    AND p.kind = 'referral' AND p.outcome = 'done';
"""

# That the student left, or is at another school by the roster, until somebody on the case says who goes on.
ROSTER = """
ALTER TABLE cases_rosternote ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_rosternote TO csec_app
    USING (case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))
    WITH CHECK (case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_rosternote TO csec_app;
CREATE TRIGGER cases_rosternote_is_append_only BEFORE UPDATE OR DELETE ON cases_rosternote
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE VIEW cases_moved (case_id, school_id, change) AS
SELECT c.id, c.school_id, abs(hashtext(t.school_id::text || t.active::text)) % 100000
FROM cases_case c JOIN directory_student t ON t.id = c.student_id
WHERE c.status = 'open' AND (NOT t.active OR t.school_id <> c.school_id) AND NOT EXISTS (
    -- Another row that was put together with this one.
    SELECT FROM directory_student r
    WHERE r.active AND r.school_id = c.school_id
        AND (r.id = t.merged_into_id OR r.merged_into_id IN (t.id, t.merged_into_id))
) AND NOT EXISTS (
    SELECT FROM cases_rosternote n
    WHERE n.case_id = c.id AND n.student_id = t.id AND n.school_id = t.school_id AND n.active = t.active);

-- The worker learns that there is one, and not who the student is. `change` tells one change from the next.
CREATE FUNCTION moved_cases() RETURNS TABLE (case_id uuid, school_id uuid, change int)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT v.case_id, v.school_id, v.change FROM cases_moved v $$;
"""

# A case is left when on a day of school of the next two weeks nobody is there of those who carry it or are named in its
# schedule, because of days away or of a last day on the case; or when the officer who took a request on is no officer
# any more, or away without a cover.
LEFT = """
CREATE FUNCTION case_held_on(which uuid, at_school uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT p.person_id FROM cases_caseperson p JOIN directory_school s ON s.id = at_school
            WHERE p.case_id = which AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
                AND p.since <= statement_timestamp()
                AND (p.until IS NULL OR p.until > statement_timestamp()
                    AND (p.until AT TIME ZONE s.time_zone)::date > on_day)
            -- Whoever the schedule names, unless they are on the case for a time that is over then.
            UNION SELECT x.person_id FROM cases_checkinplan l
                CROSS JOIN LATERAL unnest(ARRAY[l.person_id, l.cover_id]) AS x (person_id)
            WHERE l.case_id = which AND l.ended_at IS NULL AND NOT EXISTS (
                SELECT FROM cases_caseperson p JOIN directory_school s ON s.id = at_school
                WHERE p.case_id = which AND p.person_id = x.person_id AND p.until > statement_timestamp()
                    AND (p.until AT TIME ZONE s.time_zone)::date <= on_day)
        ) AS named
        JOIN accounts_user u ON u.id = named.person_id AND u.is_active
        JOIN accounts_membership m ON m.person_id = u.id AND (m.school_id = at_school OR m.school_id IS NULL)
            AND m.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
            AND m.since <= on_day AND (m.until IS NULL OR m.until > on_day)
        WHERE NOT EXISTS (
            SELECT FROM accounts_away a WHERE a.person_id = u.id AND a.withdrawn_at IS NULL
                AND on_day BETWEEN a.first_day AND a.last_day))
    $$;

CREATE VIEW cases_left (case_id, school_id) AS
SELECT c.id, c.school_id FROM (
    SELECT p.case_id, p.person_id, p.role, a.first_day, a.last_day
    FROM accounts_away a JOIN cases_caseperson p ON p.person_id = a.person_id AND NOT p.excluded
        AND p.role IN ('counselor', 'social_worker')
        AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
    WHERE a.withdrawn_at IS NULL AND a.last_day >= current_date - 1 AND a.first_day <= current_date + 15
    UNION ALL
    SELECT p.case_id, p.person_id, p.role, (p.until AT TIME ZONE s.time_zone)::date, current_date + 15
    FROM cases_caseperson p JOIN cases_case c ON c.id = p.case_id JOIN directory_school s ON s.id = c.school_id
    WHERE NOT p.excluded AND p.role IN ('counselor', 'social_worker') AND p.since <= statement_timestamp()
        AND p.until > statement_timestamp() AND p.until < statement_timestamp() + interval '14 days'
) AS goes
JOIN cases_case c ON c.id = goes.case_id AND c.status = 'open'
CROSS JOIN LATERAL generate_series(
    greatest(goes.first_day, school_day(c.school_id)), least(goes.last_day, school_day(c.school_id) + 14),
    interval '1 day'
) AS d (on_day)
WHERE extract(isodow FROM d.on_day) < 6
    AND NOT EXISTS (
        SELECT FROM directory_closure k WHERE k.withdrawn_at IS NULL AND (k.school_id IS NULL OR k.school_id = c.school_id)
            AND d.on_day::date BETWEEN k.first_day AND k.last_day)
    AND works_as(goes.person_id, ARRAY[goes.role::text], c.school_id)
    AND NOT case_held_on(c.id, c.school_id, d.on_day::date)
UNION ALL
SELECT c.id, c.school_id FROM cases_srorequest q
JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
JOIN cases_steppart t ON t.id = q.part_id JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
WHERE q.answer = 'accepted' AND (
        NOT works_as(q.officer_id, ARRAY['sro'], c.school_id)
        OR EXISTS (
            SELECT FROM accounts_away a WHERE a.person_id = q.officer_id AND a.withdrawn_at IS NULL
                AND school_day(c.school_id) BETWEEN a.first_day AND a.last_day)
            AND NOT EXISTS (
                SELECT FROM accounts_membership m WHERE m.person_id = q.officer_id AND m.role = 'sro'
                    AND works_as(m.cover_id, ARRAY['sro'], c.school_id)))
    AND EXISTS (
        SELECT FROM cases_steppart o WHERE o.run_id = t.run_id AND o.outcome IN ('', 'unable')
            AND o.kind IN ('sro_response', 'investigation', 'website'));

-- Of those for whom the acting person answers.
CREATE FUNCTION cases_left_alone() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT v.case_id FROM cases_left v
    WHERE works_as(acting_person(), ARRAY['administrator', 'liaison'], v.school_id) AND NOT kept_away(v.case_id)
    $$;
"""

# Whoever covers an officer is told that nobody has answered in time as well, and not only that the officer is away.
REQUESTS = """
DROP FUNCTION requests_to_cover();
CREATE FUNCTION requests_to_cover()
    RETURNS TABLE (officer text, asked_by text, school text, asked_at timestamptz, away boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT o.name, b.name, s.name, q.asked_at, NOT is_there(q.officer_id, c.school_id)
    FROM cases_srorequest q
    JOIN cases_steppart t ON t.id = q.part_id
    JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN accounts_user o ON o.id = q.officer_id
    JOIN accounts_user b ON b.id = q.asked_by_id
    JOIN accounts_membership m ON m.person_id = q.officer_id AND m.role = 'sro' AND m.cover_id = acting_person()
        AND m.since <= school_day(c.school_id) AND (m.until IS NULL OR m.until > school_day(c.school_id))
    WHERE q.answer = '' AND works_as(acting_person(), ARRAY['sro'], c.school_id)
        AND (q.climbs_at <= statement_timestamp() OR NOT is_there(q.officer_id, c.school_id))
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = q.case_id AND x.person_id = acting_person()
                AND x.excluded AND (x.until IS NULL OR x.until > statement_timestamp()))
    ORDER BY q.asked_at
    $$;
GRANT SELECT (overseers_at) ON cases_srorequest TO csec_worker;
UPDATE cases_srorequest SET overseers_at = climbs_at WHERE answer = '';
"""

GRANTS = """
REVOKE EXECUTE ON FUNCTION moved_cases(), case_held_on(uuid, uuid, date), cases_left_alone(), requests_to_cover()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_left_alone(), requests_to_cover() TO csec_app;
GRANT EXECUTE ON FUNCTION moved_cases() TO csec_worker;
"""


def ask_of_the_district(apps, schema_editor):
    """Both are asked of the district as well: added to whatever the view holds, so that nothing of it is repeated here."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('cases_asked_of_district'::regclass)")
        [(before,)] = cursor.fetchall()
        cursor.execute(
            "CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS "  # noqa: S608 - PostgreSQL's own text
            + before.rstrip().rstrip(";")
            + " UNION ALL SELECT case_id FROM cases_moved UNION ALL SELECT case_id FROM cases_left"
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0032_referrals"), ("accounts", "0014_calendar_feed_kept_access")]

    operations = [
        migrations.RunSQL(REFERRALS + ROSTER + LEFT + REQUESTS + GRANTS, migrations.RunSQL.noop),
        migrations.RunPython(ask_of_the_district, migrations.RunPython.noop),
    ]
