"""The hasher of passwords as it runs for real, and how often and how hard it was asked to work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Production(PBKDF2PasswordHasher):
    """Django's own, which production uses; it notes the iterations of each hash that it makes."""

    work: ClassVar[list[int]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.work.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


class Quick(Production):
    """The same with fewer iterations, where nobody waits for them."""

    iterations = 1000


@contextmanager
def hashing() -> Iterator[list[int]]:
    """The iterations of each hash made meanwhile."""
    Production.work.clear()
    yield Production.work
