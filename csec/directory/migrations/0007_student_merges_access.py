from django.db import migrations

# The roster comes from its file, in nobody's name. In somebody's own name a student is entered by whoever answers for
# the school, and two rows are made one student, or taken apart again, by whoever answers for the schools of both; nothing
# else of a row is changed by them.
STUDENTS = """
ALTER TABLE directory_student ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON directory_student FOR SELECT TO csec_app USING (true);
CREATE POLICY enter ON directory_student FOR INSERT TO csec_app
    WITH CHECK (merged_into_id IS NULL AND (acting_person() IS NULL OR answers_for(school_id)));
CREATE POLICY change ON directory_student FOR UPDATE TO csec_app
    USING (acting_person() IS NULL OR answers_for(school_id))
    WITH CHECK (acting_person() IS NULL OR answers_for(school_id));

CREATE FUNCTION hold_student() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
DECLARE
    kept CONSTANT uuid := coalesce(NEW.merged_into_id, OLD.merged_into_id);
BEGIN
    IF NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN
        IF acting_person() IS NOT NULL THEN
            RAISE insufficient_privilege USING MESSAGE = 'directory_student: the roster comes from its file';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - 'merged_into_id') <> (to_jsonb(OLD) - 'merged_into_id')
        OR acting_person() IS NULL
        OR NOT answers_for((SELECT s.school_id FROM directory_student s WHERE s.id = kept)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'directory_student: not theirs to merge or to take apart';
    END IF;
    IF NEW.merged_into_id IS NOT NULL AND (
        OLD.merged_into_id IS NOT NULL
        OR EXISTS (SELECT FROM directory_student s WHERE s.id = kept AND s.merged_into_id IS NOT NULL)
        OR EXISTS (SELECT FROM directory_student s WHERE s.merged_into_id = NEW.id)) THEN
        RAISE check_violation USING MESSAGE = 'directory_student: merged rows make no chain';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_student_is_held BEFORE UPDATE ON directory_student
    FOR EACH ROW EXECUTE FUNCTION hold_student();
"""

MERGES = """
ALTER TABLE directory_studentmerge ENABLE ROW LEVEL SECURITY;
-- Whether the acting person answers for the schools of both rows.
CREATE FUNCTION answers_for_both(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT answers_for((SELECT s.school_id FROM directory_student s WHERE s.id = one))
        AND answers_for((SELECT s.school_id FROM directory_student s WHERE s.id = other))
    $$;
REVOKE EXECUTE ON FUNCTION answers_for_both(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION answers_for_both(uuid, uuid) TO csec_app;
CREATE POLICY read ON directory_studentmerge FOR SELECT TO csec_app USING (answers_for_both(alias_id, kept_id));
CREATE POLICY merge ON directory_studentmerge FOR INSERT TO csec_app
    WITH CHECK (answers_for_both(alias_id, kept_id) AND by_id = acting_person() AND undone_at IS NULL);
CREATE POLICY undo ON directory_studentmerge FOR UPDATE TO csec_app
    USING (answers_for_both(alias_id, kept_id) AND undone_at IS NULL)
    WITH CHECK (answers_for_both(alias_id, kept_id) AND undone_by_id = acting_person());
GRANT SELECT, INSERT ON directory_studentmerge TO csec_app;
GRANT UPDATE (undone_at, undone_by_id) ON directory_studentmerge TO csec_app;
CREATE TRIGGER directory_studentmerge_is_kept BEFORE DELETE ON directory_studentmerge
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Which rows of the roster are the same student: asked by what looks for the cases and concerns of somebody.
SAME = """
CREATE FUNCTION student_kept(which uuid) RETURNS uuid LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$ SELECT coalesce((SELECT s.merged_into_id FROM directory_student s WHERE s.id = which), which) $$;
CREATE FUNCTION rows_of_student(which uuid) RETURNS TABLE (student_id uuid) LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT s.id FROM directory_student s
    WHERE s.id = student_kept(which) OR s.merged_into_id = student_kept(which)
    $$;
REVOKE EXECUTE ON FUNCTION student_kept(uuid), rows_of_student(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION student_kept(uuid), rows_of_student(uuid) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_student_merges")]

    operations = [migrations.RunSQL(STUDENTS + MERGES + SAME, migrations.RunSQL.noop)]
