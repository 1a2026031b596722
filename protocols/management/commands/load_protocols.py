from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from protocols import loader
from protocols.schema import DefinitionError


class Command(BaseCommand):
    help = "Publishes the protocol definitions that are not published yet. Run it after every migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=loader.DEFINITIONS, help="where the .toml files are"
        )
        parser.add_argument(
            "--check", action="store_true", help="say what loading would do, and write nothing"
        )

    def handle(self, *args: Any, directory: Path, check: bool, **options: Any) -> None:
        try:
            if check:
                results = loader.compare(loader.read(directory))
            else:
                with connections["owner"].cursor() as cursor:
                    cursor.execute("SELECT statement_timestamp()")
                    at = cursor.fetchone()[0]
                results = loader.load(directory, at=at)
        except DefinitionError as error:
            raise CommandError(str(error)) from error
        words = {"loaded": "would be loaded" if check else "loaded", "unchanged": "unchanged"}
        for result in results:
            protocol = result.source.protocol
            self.stdout.write(
                f"{protocol.id} {protocol.version} ({result.source.file}): {words[result.state]}"
                + (f", in {', '.join(result.source.languages)} as well" if result.source.languages else "")
            )
