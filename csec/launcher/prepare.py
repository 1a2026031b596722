"""Run in a process of its own by `demo`: tables, protocol and invented data, in one start of Django."""

import os

from csec.launcher.commands import PREPARATION


def main() -> None:
    """Run the management commands in their order."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csec.settings")
    import django
    from django.core.management import call_command

    django.setup()
    for command, *options in (*PREPARATION, ("make_demo",)):
        call_command(command, *options)


if __name__ == "__main__":
    main()
