"""How a rule says that it does not hold: the key's path, and what is expected there."""

from typing import NoReturn


class Fault(Exception):
    """A rule that does not hold, without the file's name, which only the reader of the file knows."""


def refuse(path: str, what: str) -> NoReturn:
    """Raise the fault of the key at `path`."""
    raise Fault(f"{path} {what}")
