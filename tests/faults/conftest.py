"""On demand: `python3 manage.py test -m faults`."""

from tests.delivery.conftest import _as_the_owner

__all__ = ["_as_the_owner"]
