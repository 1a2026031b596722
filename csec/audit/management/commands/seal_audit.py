from typing import Any

from django.core.management.base import BaseCommand, CommandError

from csec.audit import sealing
from csec.audit.anchors import Contradicted


class Command(BaseCommand):
    help = (
        "Seal what the log holds so far, and anchor its chain outside of the database when that is due. The clock "
        "rings for it each minute; a system timer may run it as well, in any number at once. Its last line names the "
        "last seal: mailed or printed elsewhere, that is one anchor more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = sealing.run(sealing.clock())
        except Contradicted as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(
            f"sealed {done.events} events in {done.seals} seals{', anchored' if done.anchored else ''}"
        )
        self.stdout.write(f"last seal {done.head.number} {done.head.digest.hex()}")
        if done.unsealed_since:
            raise CommandError("What was written more than five minutes ago has no seal.")
