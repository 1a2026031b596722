"""Brings a database to this version, in one start of Django: `python -m csec.launcher.prepare`.

An installation makes the roles first and collects the static files. The demo, which has its roles already and collects
meanwhile, adds the invented data instead: `python -m csec.launcher.prepare demo`.
"""

import os
import sys

from csec import database
from csec.launcher.commands import DEMO_DATA, PREPARATION, STATIC_FILES


def main(kind: str) -> None:
    """Run the management commands in their order."""
    if kind != "demo":
        database.prepare_from(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csec.settings")
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    try:
        for command, *options in (*PREPARATION, DEMO_DATA if kind == "demo" else STATIC_FILES):
            call_command(command, *options)
    except CommandError as reason:
        # The reason is the last thing in the log, which is what the launcher repeats.
        sys.stdout.flush()
        sys.exit(str(reason))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except database.NotPrepared as reason:
        sys.exit(str(reason))
