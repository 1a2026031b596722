from django.db import migrations

TABLES = "directory_district, directory_school, directory_closure, directory_agency"

ACCESS = f"""
GRANT SELECT ON {TABLES} TO csec_worker;
GRANT SELECT, INSERT, UPDATE ON {TABLES} TO csec_app;
GRANT SELECT, INSERT, UPDATE ON directory_student TO csec_app;
"""
REVOKE = f"""
REVOKE ALL ON {TABLES} FROM csec_app, csec_worker;
REVOKE ALL ON directory_student FROM csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(ACCESS, REVOKE)]
