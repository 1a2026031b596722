from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from csec.directory.card import write_snapshot


class Command(BaseCommand):
    help = "Copy the emergency card's numbers into a file, for when the database cannot be reached."

    def handle(self, *args: Any, **options: Any) -> None:
        written = write_snapshot(at=timezone.localtime())
        self.stdout.write(str(written) if written else "There is no district yet; nothing was written.")
