from django.db import migrations

# A row below a case and the row it hangs on belong to the same case, whatever the application believes.
SAME_CASE = """
ALTER TABLE cases_trackrun ADD CONSTRAINT cases_trackrun_of_case UNIQUE (id, case_id);
ALTER TABLE cases_steppart ADD CONSTRAINT cases_steppart_of_case UNIQUE (id, case_id);
ALTER TABLE cases_entry ADD CONSTRAINT cases_entry_of_case UNIQUE (id, case_id);
ALTER TABLE cases_trackrun ADD CONSTRAINT cases_trackrun_after_same_case
    FOREIGN KEY (after_id, case_id) REFERENCES cases_trackrun (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_steppart ADD CONSTRAINT cases_steppart_same_case
    FOREIGN KEY (run_id, case_id) REFERENCES cases_trackrun (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_steppart ADD CONSTRAINT cases_steppart_corresponds_same_case
    FOREIGN KEY (corresponds_to_id, case_id) REFERENCES cases_steppart (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_entry ADD CONSTRAINT cases_entry_same_case
    FOREIGN KEY (part_id, case_id) REFERENCES cases_steppart (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_entry ADD CONSTRAINT cases_entry_corrects_same_case
    FOREIGN KEY (corrects_id, case_id) REFERENCES cases_entry (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_entryevidence ADD CONSTRAINT cases_entryevidence_same_case
    FOREIGN KEY (entry_id, case_id) REFERENCES cases_entry (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_srorequest ADD CONSTRAINT cases_srorequest_same_case
    FOREIGN KEY (part_id, case_id) REFERENCES cases_steppart (id, case_id) DEFERRABLE INITIALLY DEFERRED;
"""
DROP_SAME_CASE = """
ALTER TABLE cases_srorequest DROP CONSTRAINT cases_srorequest_same_case;
ALTER TABLE cases_entryevidence DROP CONSTRAINT cases_entryevidence_same_case;
ALTER TABLE cases_entry DROP CONSTRAINT cases_entry_corrects_same_case, DROP CONSTRAINT cases_entry_same_case;
ALTER TABLE cases_steppart DROP CONSTRAINT cases_steppart_corresponds_same_case,
    DROP CONSTRAINT cases_steppart_same_case;
ALTER TABLE cases_trackrun DROP CONSTRAINT cases_trackrun_after_same_case;
ALTER TABLE cases_entry DROP CONSTRAINT cases_entry_of_case;
ALTER TABLE cases_steppart DROP CONSTRAINT cases_steppart_of_case;
ALTER TABLE cases_trackrun DROP CONSTRAINT cases_trackrun_of_case;
"""

APPEND_ONLY_TABLES = [
    "cases_entry",
    "cases_entryevidence",
    "cases_decision",
    "cases_concernaddition",
    "cases_concerncorrection",
]
# A concern and a case are never deleted: `refuse_change` on DELETE alone.
KEPT_TABLES = [
    "cases_concern",
    "cases_concernauthor",
    "cases_concernexclusion",
    "cases_case",
    "cases_caseperson",
]


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        f"DROP TRIGGER {table}_is_append_only ON {table};",
    )


def kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        f"DROP TRIGGER {table}_is_kept ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(SAME_CASE, DROP_SAME_CASE),
        *[append_only(table) for table in APPEND_ONLY_TABLES],
        *[kept(table) for table in KEPT_TABLES],
    ]
