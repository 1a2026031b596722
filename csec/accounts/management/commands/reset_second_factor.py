from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from csec.accounts import second_factor
from csec.accounts.models import User


class Command(BaseCommand):
    help = (
        "Take away every second factor of somebody who has lost them all, with their password, and sign them out"
        " everywhere. They choose a new password by the link for a forgotten one, and set up a new second factor. Be"
        " sure who asks: see the person, or telephone somebody who does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address by which they sign in")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=address).first()
        if person is None:
            raise CommandError("Nobody signs in by this address.")
        count = second_factor.forget_all(person.pk)
        self.stdout.write(f"second factors taken away: {count}")
