import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError

from csec.delivery import health, ticks
from csec.delivery.heartbeat import PARTS

FINE, WARNING, LATE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Say by the exit code whether reminders go out: 0 they do, 1 something wants a look (messages failed in the "
        "last day, the clock jumped), 2 a part is silent or a message is late, the log is not sealed, does not take "
        "events or is not the one that was anchored, or nobody can be told of something. Prints counts only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accept-clock",
            metavar="YOUR NAME",
            help="the clock jumped and is right as it is now: go by it from here (as the worker)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["accept_clock"] is not None:
                self._accept(options["accept_clock"])
            at = ticks.database_now()
            found = health.state(at)
        except (DatabaseError, InterfaceError):
            self.stderr.write("PostgreSQL cannot be reached, or refuses this login.")
            sys.exit(LATE)
        self.stdout.write(
            f"silent parts: {len(found.silent_parts)} of {len(PARTS)}"
            f"{''.join(' ' + part for part in found.silent_parts)}\n"
            f"minutes that the oldest message is late: {_minutes(found.oldest_due_unsent, at)}\n"
            f"messages that failed in the last day: {found.failed}\n"
            f"clock alarm: {'open' if found.clock_alarm else 'none'}\n"
            f"minutes that the log waits for its seal: {_minutes(found.unsealed_since, at)}\n"
            f"log: {'DOES NOT TAKE EVENTS' if found.log_refuses else 'takes events'}\n"
            f"chain of the log: {'NOT THE ONE THAT WAS ANCHORED' if found.log_contradicted else 'agrees'}\n"
            f"nobody can be told of: {'SOMETHING' if found.nobody_to_tell else 'nothing'}"
        )
        if not (found.ok and found.logged) or found.nobody_to_tell:
            sys.exit(LATE)
        sys.exit(WARNING if found.failed or found.clock_alarm else FINE)

    def _accept(self, by: str) -> None:
        try:
            closed = ticks.accept_clock(by)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"alarms closed: {closed}")


def _minutes(since: datetime | None, at: datetime) -> int:
    return round((at - since).total_seconds() / 60) if since else 0
