from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from csec.audit.log import record, request_log
from csec.directory import roster


class Command(BaseCommand):
    help = (
        "Bring the roster of students to what a CSV file of the student information system has: local_id, given_name,"
        " family_name, birth_date (2011-08-27, or empty), school (its name here). A file that cannot be taken changes"
        " nothing. May be run each night."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--whole", action="store_true", help="the file has everybody: whoever is not in it has left"
        )
        parser.add_argument(
            "--at-most-leave",
            type=int,
            metavar="N",
            help="with --whole: take a file in which so many are missing (else: a tenth of the roster)",
        )
        parser.add_argument(
            "--renumbered",
            action="store_true",
            help="take a file in which many local ids are somebody else's than before",
        )

    def handle(
        self, *args: Any, file: Path, whole: bool, at_most_leave: int | None, renumbered: bool, **options: Any
    ) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines, request_log(), transaction.atomic():
                done = roster.load(
                    roster.read(lines), whole=whole, at_most_leave=at_most_leave, renumbered=renumbered
                )
                record("roster_loaded", actor=None)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError("The file is not in UTF-8.") from None
        except roster.NotARoster as mistakes:
            raise CommandError("\n".join(["Nothing was changed.", *mistakes.args])) from None
        self.stdout.write(f"{done.new} new, {done.changed} changed, {done.left} left.")
