from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from csec.audit.log import request_log
from csec.crypto import recovery, report, rotation
from csec.crypto.known import WrongMasterKey, learn
from csec.crypto.management.commands.check_keys import NOT_OURS


class Command(BaseCommand):
    help = (
        "Wraps every data key anew under the master key with the highest number, and seals whatever else is sealed"
        " under one. As the owner of the database, while everything runs; it may be interrupted and run again, in any"
        " number at once. Nothing is changed when a key is wrong. At its end it says which keys nothing needs any more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with request_log():
            try:
                learn()
                recovery.keep_up()
            except (WrongMasterKey, ImproperlyConfigured) as wrong:
                raise CommandError(str(wrong)) from None
            except recovery.NotOurs:
                raise CommandError(NOT_OURS) from None
            moved = rotation.rotate(self._say)
        for line in report.lines():
            self.stdout.write(line)
        if moved.damaged:
            some = "".join(f"\n  {one}" for one in sorted(moved.damaged)[:20])
            raise CommandError(
                f"{len(moved.damaged)} open under no key that is there, and stay as they are:{some}"
            )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
