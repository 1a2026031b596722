import uuid

from django.db import migrations, models

# A published version never changes: an update that changes nothing passes, any other and every delete is refused.
# TRUNCATE stays possible for the owner of the table alone; the tests flush with it.
REFUSE_CHANGE = """
CREATE FUNCTION protocols_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The protocol % % is published: it is neither changed nor deleted.', OLD.protocol, OLD.version
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'protocols_version_never_changes';
END
$$;
CREATE TRIGGER protocols_version_never_changes
    BEFORE UPDATE OR DELETE ON protocols_protocolversion
    FOR EACH ROW EXECUTE FUNCTION protocols_refuse_change();
"""
ALLOW_CHANGE = """
DROP TRIGGER protocols_version_never_changes ON protocols_protocolversion;
DROP FUNCTION protocols_refuse_change();
"""
GRANT = "GRANT SELECT ON protocols_protocolversion TO csec_app, csec_worker;"
REVOKE = "REVOKE SELECT ON protocols_protocolversion FROM csec_app, csec_worker;"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ProtocolVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("protocol", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("in_force_from", models.DateField()),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["protocol", "in_force_from", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("protocol", "version"), name="protocols_version_is_published_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="protocols_version_digest_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="protocols_version_has_text"
                    ),
                ],
            },
        ),
        migrations.RunSQL(REFUSE_CHANGE, ALLOW_CHANGE),
        migrations.RunSQL(GRANT, REVOKE),
    ]
