import secrets
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from csec.audit.log import request_log
from csec.crypto import recovery, shares
from csec.crypto.known import WrongMasterKey, check
from csec.crypto.models import RecoveryKey
from csec.crypto.rotation import OWNER

_CLEARED = "\033[2J\033[3J\033[H"
_TRIES = 3
_BEFORE = """\
The recovery key opens the master keys when they are lost, and with them all that was written. It is shown once, in two
shares, of which one alone opens nothing. Two people write down one each, by hand, and keep it where the other does not
reach it: not on a computer, and apart from the backups. Nothing of it is kept here.
"""


class Command(BaseCommand):
    help = (
        "Makes the recovery key, with which recover_keys finds the master keys again. Two people have to be there: each"
        " is shown one share, writes it down, and types a row of it from the paper. As the owner of the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace",
            action="store_true",
            help="there is one: make another, and let the old shares open nothing",
        )

    def handle(self, *args: Any, replace: bool, **options: Any) -> None:
        try:
            check(using=OWNER)
        except (WrongMasterKey, ImproperlyConfigured) as wrong:
            raise CommandError(str(wrong)) from None
        if RecoveryKey.objects.using(OWNER).exists() and not replace:
            raise CommandError("There is a recovery key. With --replace its shares open nothing any more.")
        self.stdout.write(_BEFORE + "\n")
        private = recovery.new_key()
        for who, share in zip(("first", "second"), shares.split(private), strict=True):
            self._hand_over(who, share)
        with request_log():
            recovery.keep(private)
        self.stdout.write(
            "The recovery key is made. Once a year, both try their papers together: recover_keys --check."
        )

    def _hand_over(self, who: str, share: shares.Share) -> None:
        """Show a share to one person until it is on paper; raises CommandError when it is not."""
        rows = share.rows()
        self.stdout.write(f"For the {who} person alone. The other one looks away.\n")
        for number, row in enumerate(rows, start=1):
            self.stdout.write(f"  row {number}:  {row}")
        self._ask("\nPress Enter when all of it is written down: then it leaves the screen. ")
        if self.stdout.isatty():
            self.stdout.write(_CLEARED)
        number = secrets.randbelow(len(rows)) + 1
        for _n in range(_TRIES):
            typed = self._ask(f"From the paper, row {number}: ")
            if shares.same(typed) == shares.same(rows[number - 1]):
                self.stdout.write("Right.\n")
                return
            self.stdout.write("That is not what was shown.")
        raise CommandError("What was written down is not what was shown. Nothing was kept: begin again.")

    def _ask(self, question: str) -> str:
        self.stdout.write(question, ending="")
        self.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise CommandError("Nobody is there to write it down. Nothing was kept.")
        return line
