from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from csec.crypto import recovery, report
from csec.crypto.known import WrongMasterKey, learn

NOT_OURS = (
    "The recovery key was not made with these master keys: somebody put another one into the database."
    " Find out who, and make a new one: make_recovery_key --replace."
)


class Command(BaseCommand):
    help = (
        "Compares the master keys with those that were used here, notes new ones, and says what needs which and whether"
        " there is a recovery key. Run it after every migrate, as the owner of the database."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            learn()
            recovery.keep_up()
        except (WrongMasterKey, ImproperlyConfigured) as wrong:
            raise CommandError(str(wrong)) from None
        except recovery.NotOurs:
            raise CommandError(NOT_OURS) from None
        for line in report.lines():
            self.stdout.write(line)
