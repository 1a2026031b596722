from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from csec.delivery import sending


class Command(BaseCommand):
    help = (
        "Send the messages that are due. The clock rings for it each minute; a system timer may run it as well, "
        "in any number at once, as the worker (CSEC_PROCESS=worker)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CSEC_PROCESS != "worker":
            raise CommandError("Only the worker's login may send: set CSEC_PROCESS=worker.")
        done = sending.run()
        self.stdout.write(
            f"sent {done.sent}, to try again {done.retried}, failed {done.failed}, withdrawn {done.withdrawn},"
            f" put off {done.put_off}"
        )
        if done.server_away:
            raise CommandError("The mail server is away; what is due stays due.")
