from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.reminders.sweep import sweep
from csec.delivery import ticks
from csec.delivery.heartbeat import beat


class Command(BaseCommand):
    help = (
        "Write the reminders that are due. The clock rings for it each minute; a system timer may run it as well, "
        "in any number at once, as the worker (CSEC_PROCESS=worker)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CSEC_PROCESS != "worker":
            raise CommandError("Only the worker's login may sweep: set CSEC_PROCESS=worker.")
        written = sweep(ticks.trusted_now().at)
        beat("sweep")
        self.stdout.write(f"written {written}")
