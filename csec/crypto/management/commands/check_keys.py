from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from csec.crypto.known import WrongMasterKey, learn


class Command(BaseCommand):
    help = "Compares the master keys with those that were used here, and notes new ones. Run it after every migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            versions = learn()
        except (WrongMasterKey, ImproperlyConfigured) as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(f"master keys: {', '.join(map(str, versions))}")
