from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.accounts.first import make_first_liaison
from csec.audit.log import record, request_log


class Command(BaseCommand):
    help = (
        "Make the first person of a district who lets others in: a district liaison, while there is none. Prints a link"
        " by which they choose a password, once. Everybody else is let in by somebody who is signed in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address by which they will sign in")
        parser.add_argument("name", help="their name, as colleagues know them")

    def handle(self, *args: Any, address: str, name: str, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            raise CommandError("PUBLIC_URL is not set: the link would lead nowhere.")
        address, name = address.strip(), " ".join(name.split())
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError("This is no e-mail address.") from None
        if not name.isprintable() or not 0 < len(name) <= 150:
            raise CommandError("This is no name.")
        today = timezone.localdate(database_time())
        with request_log(), transaction.atomic():
            liaison = make_first_liaison(address=address, name=name, on=today)
            if liaison is None:
                raise CommandError("There is a district liaison already: they let others in, under People.")
            record("first_liaison_made", actor=None, subject=liaison.pk)
        self.stdout.write(f"They choose a password here, within a week, once:\n{resets.link(liaison)}")
