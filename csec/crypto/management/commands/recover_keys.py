import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from csec.audit.log import record, request_log
from csec.crypto import keys, known, recovery, shares
from csec.crypto.rotation import OWNER

_TRIES = 3
_ROWS = 4


class Command(BaseCommand):
    help = (
        "Finds the master keys again by the two shares of the recovery key, and says them in the form of"
        " CSEC_MASTER_KEYS_FILE. As the owner of the database; the master keys need not be configured. With --check it"
        " says only whether both papers are right: do that once a year."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="say only whether the shares are right")
        parser.add_argument(
            "--output",
            metavar="FILE",
            type=Path,
            help="write them to a new file that only you read, not here",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        trying, output = options["check"], options["output"]
        try:
            private = shares.join(self._share("one"), self._share("other"))
            found = recovery.opened(private)
        except (shares.NotAShare, recovery.NotRecovered) as wrong:
            raise CommandError(str(wrong)) from None
        versions = ", ".join(map(str, sorted(found)))
        with request_log():
            record("recovery_key_tried" if trying else "master_keys_recovered", actor=None, using=OWNER)
        if trying:
            self.stdout.write(f"Both papers are right: they open the master keys {versions}.")
        elif output:
            self._write(output, keys.written(found))
            self.stdout.write(f"The master keys {versions} are in {output}.")
        else:
            self.stdout.write(keys.written(found))
        if doubts := known.doubts(found):
            raise CommandError(" ".join(doubts))

    def _share(self, which: str) -> shares.Share:
        for _n in range(_TRIES):
            self.stdout.write(f"The {which} share, as it stands on the paper.")
            typed = ""
            for number in range(1, _ROWS + 1):
                self.stdout.write(f"  row {number}: ", ending="")
                self.stdout.flush()
                typed += sys.stdin.readline()
            try:
                return shares.read(typed)
            except shares.NotAShare as wrong:
                self.stdout.write(str(wrong))
        raise CommandError("Without both shares nothing opens.")

    def _write(self, output: Path, text: str) -> None:
        try:
            descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{output} cannot be made: {error.strerror}.") from None
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
