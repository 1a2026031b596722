"""Messages are written and sent by the worker; here its part is played by the owner, who can also make what is needed.

What the worker's own login may do is shown with real processes (`test_processes.py`, `tests/faults`).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from csec.delivery.kinds import KINDS, Kind
from tests.delivery.sink import Sink, TestKind, open_sink


@pytest.fixture(scope="module", autouse=True)
def _as_the_owner(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[None]:
    """The default connection of a module that says `AS_OWNER = True` is the owner's."""
    if not getattr(request.module, "AS_OWNER", False):
        yield
        return
    settings = connections["default"].settings_dict
    before = {name: settings[name] for name in ("USER", "PASSWORD")}
    settings.update({name: connections["owner"].settings_dict[name] for name in before})
    connections["default"].close()
    yield
    connections["default"].close()
    settings.update(before)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> TestKind:
    """A kind of message all of which are wanted, unless the test says otherwise."""
    made = TestKind()
    monkeypatch.setitem(KINDS, made.name, Kind(made.name, "A task needs you.", False, made.still_wanted))
    return made


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A real mail server, which the sender of this process uses."""
    with open_sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
