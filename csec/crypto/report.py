"""What the commands about keys say at their end: what needs which master key, and whether there is a way back."""

from collections.abc import Iterator

from csec.crypto import keys, rotation
from csec.crypto.checks import NO_RECOVERY_KEY
from csec.crypto.models import RecoveryKey
from csec.crypto.rotation import OWNER


def lines() -> Iterator[str]:
    """A line for each version of the master key, and one about the recovery key; counts and no ids."""
    needed, newest = rotation.needed(), keys.newest()
    for version in sorted(keys.master_keys()):
        what = ", ".join(f"{count} {name}" for name, count in sorted(needed.get(version, {}).items()))
        if version == newest:
            yield f"master key {version}: seals what is new" + (f"; {what}" if what else "")
        elif what:
            yield f"master key {version}: still needed ({what}); rotate_keys moves them"
        else:
            yield f"master key {version}: nothing needs it any more but the backups that were made under it"
    made = RecoveryKey.objects.using(OWNER).first()
    if made:
        yield f"recovery key: made on {made.made_at:%Y-%m-%d}, opens {', '.join(map(str, made.versions))}"
    else:
        yield f"recovery key: NONE. {NO_RECOVERY_KEY.msg} {NO_RECOVERY_KEY.hint}"
