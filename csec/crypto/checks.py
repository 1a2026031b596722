"""What `check --deploy --database=owner` says of the keys."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from csec.crypto.models import RecoveryKey
from csec.crypto.rotation import OWNER

NO_RECOVERY_KEY = Warning(
    "No recovery key was made: when the master keys are lost, nothing that was written about a student can be read.",
    hint="python3 manage.py make_recovery_key, with two people (docs/operations.md, Keys).",
    id="crypto.W001",
)


@register(Tags.database, deploy=True)
def a_recovery_key_is_made(databases: Sequence[str] | None = None, **more: Any) -> list[CheckMessage]:
    """Asked of the owner's database, and where that is not named, of none."""
    if OWNER not in (databases or ()):
        return []
    try:
        return [] if RecoveryKey.objects.using(OWNER).exists() else [NO_RECOVERY_KEY]
    except DatabaseError:
        return []
