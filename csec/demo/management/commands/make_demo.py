from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from csec.demo.making import make_demo


class Command(BaseCommand):
    help = (
        "Makes the invented district with its staff, students and cases, unless there is a district already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented cases have no place among real ones: production refuses make_demo.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            made = make_demo(now=cursor.fetchone()[0])
        if not made.anything:
            self.stdout.write("There are people and places already: nothing changed.")
            return
        self.stdout.write(f"The invented district is made; {made.told} stories were told.")
        for story in made.left_out:
            self.stderr.write(f"Left out, because the protocol in force is not the one it follows: {story}.")
