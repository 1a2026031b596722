import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError

from csec.audit import anchors, checking, sealing
from csec.audit.checking import Verdict

WHOLE, UNSURE, BAD = 0, 1, 2
#: By then a new seal is anchored, twice over.
LATE = 2 * anchors.EVERY


class Command(BaseCommand):
    help = (
        "Check the whole log against its chain of seals and its anchors, and name the first entry that was changed, "
        "removed, inserted or moved, or a cut-off end. Exit code: 0 all is as it was written, 1 not all of it can be "
        "shown (nothing anchored, or not sealed in time), 2 a bad entry, or the log cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchors", metavar="FILE", type=Path, help="the anchors, if not this installation's own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = sealing.clock()
            verdict = checking.check(options["anchors"] or anchors.path())
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The log cannot be read ({type(error).__name__}).")
            sys.exit(BAD)
        self.stdout.write(
            f"events in seals: {verdict.events}\nseals: {verdict.seals}\nanchors: {verdict.anchors}\n"
            f"events not sealed yet: {verdict.unsealed}"
        )
        if verdict.bad:
            self.stdout.write(f"FIRST BAD ENTRY: {verdict.bad}")
            sys.exit(BAD)
        doubts = list(_doubts(verdict, at))
        self.stdout.write("".join(f"{doubt}\n" for doubt in doubts) or "all is as it was written")
        sys.exit(UNSURE if doubts else WHOLE)


def _doubts(verdict: Verdict, at: datetime) -> list[str]:
    """What cannot be shown although nothing bad was found."""
    doubts = []
    if verdict.damaged_anchors:
        doubts.append(f"{verdict.damaged_anchors} lines of the anchors cannot be read.")
    if verdict.seals and verdict.last_anchor is None:
        doubts.append(
            "Nothing is anchored: whether the end was cut off, or all was written anew, cannot be seen."
        )
    elif (
        verdict.last_anchor
        and verdict.last_anchor.number < verdict.last_seal
        and at - verdict.last_anchor.at > LATE
    ):
        doubts.append("The last seals were not anchored: whether the end was cut off cannot be seen.")
    if verdict.unsealed_since and at - verdict.unsealed_since > sealing.TOO_LATE:
        doubts.append("What was written more than five minutes ago has no seal.")
    return doubts
