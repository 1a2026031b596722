"""Whoever accepted a transfer, and is kept since from the case that came of it, reads nothing of either any more."""

from django.db import migrations

# The same is asked of both cases.
RULES = """
ALTER POLICY need_to_know ON cases_transfer USING (
    case_role(case_id) <> 'sro' OR case_role(new_case_id) <> 'sro'
    OR receives_transfer(case_id, receiver_id, to_school_id)
        AND (new_case_id IS NULL OR receives_transfer(new_case_id, receiver_id, to_school_id)));
ALTER POLICY change ON cases_transfer
    USING (
        case_role(case_id) <> 'sro' OR case_role(new_case_id) <> 'sro'
        OR receives_transfer(case_id, receiver_id, to_school_id)
        AND (new_case_id IS NULL OR receives_transfer(new_case_id, receiver_id, to_school_id)));

CREATE OR REPLACE FUNCTION transfer_key(which uuid, of_scope uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t WHERE t.id = of_scope AND t.key_id = which AND (
            case_role(t.case_id) <> 'sro' OR case_role(t.new_case_id) <> 'sro'
            OR receives_transfer(t.case_id, t.receiver_id, t.to_school_id)
                AND (t.new_case_id IS NULL OR receives_transfer(t.new_case_id, t.receiver_id, t.to_school_id))))
    $$;

CREATE OR REPLACE FUNCTION kept_from_me(of_case uuid, about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
            SELECT FROM cases_caseperson p
            WHERE p.person_id = acting_person() AND p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())
                AND p.case_id IN (of_case, about,
                    (SELECT k.case_id FROM cases_concern k WHERE k.id = about),
                    (SELECT e.case_id FROM cases_emergencyaccess e WHERE e.id = about),
                    (SELECT h.case_id FROM cases_parenthold h WHERE h.id = about),
                    (SELECT t.new_case_id FROM cases_transfer t WHERE t.id = about)))
        OR EXISTS (
            SELECT FROM cases_concernexclusion x
            WHERE x.person_id = acting_person() AND x.concern_id = about AND x.lifted_at IS NULL)
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0097_kept_from_later_concerns_access")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
