from django.db import migrations

# Who reviews a case: an administrator of its school; the liaison while nobody there answers for it. And from when on one
# that was not reviewed since is due, by what the district has set.
REVIEWING = """
CREATE FUNCTION may_review_case(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE case_role(which)
        WHEN 'administrator' THEN true
        WHEN 'liaison' THEN NOT case_administered(which, (SELECT c.school_id FROM cases_case c WHERE c.id = which))
        ELSE false
    END
    $$;

CREATE FUNCTION review_due_before(at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT at - make_interval(days => coalesce((SELECT d.review_days FROM directory_district d), 30))
    $$;
"""

# A review is read by whoever carries or answers for the case, and by counsel on it (not by who reads it in an emergency);
# of it by the officer what was asked of them. What was asked is answered once, by those it was put to, in their own name.
ACCESS = """
CREATE FUNCTION question_access(which uuid, put_to text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE case_role(which)
        WHEN 'sro' THEN put_to = 'sro'
        ELSE case_role(which) IN ('counselor', 'social_worker', 'administrator', 'liaison', 'counsel')
    END
    $$;

CREATE FUNCTION question_answering(which uuid, put_to text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE put_to
        WHEN 'sro' THEN case_role(which) = 'sro'
        ELSE case_role(which) IN ('counselor', 'social_worker')
    END
    $$;

ALTER TABLE cases_casereview ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_casereview TO csec_app
    USING (case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison', 'counsel'))
    WITH CHECK (may_review_case(case_id) AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_casereview TO csec_app;
CREATE TRIGGER cases_casereview_is_append_only BEFORE UPDATE OR DELETE ON cases_casereview
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE cases_casereview ADD CONSTRAINT cases_casereview_of_case UNIQUE (id, case_id);

ALTER TABLE cases_reviewquestion ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_reviewquestion FOR SELECT TO csec_app USING (question_access(case_id, put_to));
CREATE POLICY asking ON cases_reviewquestion FOR INSERT TO csec_app
    WITH CHECK (may_review_case(case_id) AND asked_by_id = acting_person() AND answer = '');
CREATE POLICY answering ON cases_reviewquestion FOR UPDATE TO csec_app
    USING (question_access(case_id, put_to))
    WITH CHECK (question_answering(case_id, put_to) AND answered_by_id = acting_person());
GRANT SELECT, INSERT ON cases_reviewquestion TO csec_app;
GRANT UPDATE (answer, answered_at, answered_by_id, answer_sealed) ON cases_reviewquestion TO csec_app;
ALTER TABLE cases_reviewquestion ADD CONSTRAINT cases_reviewquestion_same_case
    FOREIGN KEY (review_id, case_id) REFERENCES cases_casereview (id, case_id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION hold_answer() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_reviewquestion: answered already';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_reviewquestion_is_held BEFORE UPDATE ON cases_reviewquestion
    FOR EACH ROW EXECUTE FUNCTION hold_answer();
CREATE TRIGGER cases_reviewquestion_is_kept BEFORE DELETE ON cases_reviewquestion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# When the open cases were reviewed last, for an administrator those of their school, for the liaison those of all: that
# alone, and nothing of what a case is about. The longest ago comes first.
LIST = """
CREATE FUNCTION cases_to_review(at timestamptz, whole boolean, skip int, most int) RETURNS TABLE (
        case_id uuid, number text, school text, opened_at timestamptz, reviewed_at timestamptz, reviewed_by text,
        due boolean, waiting int)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH of AS MATERIALIZED (
        SELECT review_due_before(cases_to_review.at) AS due_before
    ), mine AS MATERIALIZED (
        SELECT s.id, s.name FROM directory_school s
        WHERE is_liaison() OR works_as(acting_person(), ARRAY['administrator'], s.id)
    ), latest AS (
        SELECT c.id, c.number, m.name AS school, c.opened_at, r.at AS reviewed_at, r.by_id,
            coalesce(r.at, c.opened_at) AS since
        FROM cases_case c JOIN mine m ON m.id = c.school_id
        LEFT JOIN LATERAL (
            SELECT v.at, v.by_id FROM cases_casereview v WHERE v.case_id = c.id ORDER BY v.at DESC LIMIT 1) r ON true
        WHERE c.status = 'open'
    ), shown AS MATERIALIZED (
        SELECT l.*, l.since <= of.due_before AS due FROM latest l, of
        WHERE (whole OR l.since <= of.due_before) AND NOT kept_away(l.id)
        ORDER BY l.since, l.id OFFSET skip LIMIT most
    )
    SELECT o.id, o.number, o.school, o.opened_at, o.reviewed_at, u.name, o.due,
        (SELECT count(*)::int FROM cases_reviewquestion q WHERE q.case_id = o.id AND q.answered_at IS NULL)
    FROM shown o LEFT JOIN accounts_user u ON u.id = o.by_id ORDER BY o.since, o.id
    $$;
"""

# To look cases through in order to review them is no alarm, and that alone: an administrator opens one of their school
# whose review is due; or somebody has reviewed it within the hour.
WATCH = """
CREATE OR REPLACE FUNCTION many_opened(since timestamptz, at timestamptz, how_many int, within interval)
    RETURNS TABLE (person uuid, opened_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH opened AS MATERIALIZED (
        SELECT e.actor, e.at, c.id AS case_id
        FROM audit_event e
        LEFT JOIN cases_concern k ON e.case_id IS NULL AND e.verb IN ('concern_viewed', 'report_sheet_opened')
            AND k.id = e.subject
        JOIN cases_case c ON c.id = coalesce(e.case_id, k.case_id)
        WHERE e.at > since - within AND e.at <= many_opened.at AND e.result IN ('done', 'refused')
            AND NOT EXISTS (
                SELECT FROM cases_casereview r
                WHERE r.case_id = c.id AND r.by_id = e.actor
                    AND r.at BETWEEN e.at - interval '1 hour' AND e.at + interval '1 hour')
            AND NOT (c.status = 'open'
                AND review_due_before(e.at) >= coalesce(
                    (SELECT max(r.at) FROM cases_casereview r WHERE r.case_id = c.id AND r.at <= e.at), c.opened_at)
                AND EXISTS (
                    SELECT FROM accounts_membership m
                    WHERE m.person_id = e.actor AND m.role = 'administrator' AND m.school_id = c.school_id
                        AND m.since <= school_day(c.school_id)
                        AND (m.until IS NULL OR m.until > school_day(c.school_id))))
    ), many AS (
        SELECT o.actor FROM opened o WHERE o.actor IS NOT NULL
        GROUP BY o.actor HAVING count(DISTINCT o.case_id) >= how_many
    )
    SELECT DISTINCT ON (o.actor, date_trunc('hour', o.at)) o.actor, o.at
    FROM opened o JOIN many USING (actor)
    WHERE o.at > since AND how_many <= (
        SELECT count(DISTINCT x.case_id) FROM opened x
        WHERE x.actor = o.actor AND x.at > o.at - within AND x.at <= o.at)
    ORDER BY o.actor, date_trunc('hour', o.at), o.at
    $$;
"""

ASKED_BY_THE_APPLICATION = (
    "may_review_case(uuid)",
    "review_due_before(timestamptz)",
    "question_access(uuid, text)",
    "question_answering(uuid, text)",
    "cases_to_review(timestamptz, boolean, int, int)",
)
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC;\nGRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in ASKED_BY_THE_APPLICATION
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0057_case_reviews"), ("directory", "0012_review_days")]

    operations = [migrations.RunSQL(REVIEWING + ACCESS + LIST + WATCH + GRANTS, migrations.RunSQL.noop)]
