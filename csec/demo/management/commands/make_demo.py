from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from csec.demo.making import NotOurs, make_demo


class Command(BaseCommand):
    help = (
        "Makes the invented district with its staff, students and cases, once, and never among real people."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented cases have no place among real ones: production refuses make_demo.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            try:
                made = make_demo(now=cursor.fetchone()[0])
            except NotOurs:
                raise CommandError(
                    "This database holds people or schools that the demo did not make: it stays as it is."
                ) from None
        if not made.anything:
            self.stdout.write("The invented district is there already: nothing changed.")
            return
        self.stdout.write(f"The invented district is made; {made.told} stories were told.")
        for story in made.left_out:
            self.stderr.write(f"Left out, because the protocol in force is not the one it follows: {story}.")
