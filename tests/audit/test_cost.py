"""What row-level security and the log cost a page: so many statements, and how much longer it takes."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import environ
import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from csec import routes
from csec.delivery.ticks import database_now
from tests import make
from tests.matrix.asking import noted
from tests.told import SAID

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 60


def test_they_ask_three_statements_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a page asks, whatever it is called, beside the same page without both; in one transaction each."""
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    concern = make.concern(staff, at=database_now())
    client = Client()
    client.force_login(staff.counselor)

    def asked(path: str) -> list[str]:
        with noted() as sent:
            assert client.get(path).status_code == 200
        return [text for text, _values in sent]

    for path in (
        reverse("home"),
        reverse("cases:cases"),
        case.get_absolute_url(),
        reverse("cases:timeline", args=[case.pk]),
        concern.get_absolute_url(),
    ):
        asked(path)
        both = asked(path)
        with as_owner_without_the_log(monkeypatch):
            # Who acts is told there too: the pages ask functions that go by it, and would show something else.
            without = [sql for sql in asked(path) if "csec.person" not in sql]
        # What the page would ask besides, where PostgreSQL hides nothing from it, is no cost of these.
        assert 2 <= (Counter(both) - Counter(without)).total() <= 3, path


@contextmanager
def as_owner_without_the_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As the pages would be with the queries alone: PostgreSQL holds no rule, and nothing is written down."""
    settings = connections["default"].settings_dict
    owner = environ.Env().db_url("DATABASE_URL")
    before = {name: settings[name] for name in ("USER", "PASSWORD")}
    connections["default"].close()
    settings.update({name: owner[name] for name in before})
    try:
        with monkeypatch.context() as patch:
            patch.setattr(routes, "record", lambda *_args, **_given: None)
            yield
    finally:
        connections["default"].close()
        settings.update(before)


@pytest.mark.matrix
def test_how_much_longer_a_page_takes_with_both(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    staff = make.Staff()
    make.many_cases(staff, 200)
    case = make.case(staff, at=database_now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(staff.counselor)

    def took(path: str) -> float:
        client.get(path)
        began = time.perf_counter()
        assert client.get(path).status_code == 200
        return time.perf_counter() - began

    for name, path in (("list", reverse("cases:cases")), ("case", case.get_absolute_url())):
        ratios = []
        for _pair in range(PAIRS):
            both = took(path)
            with as_owner_without_the_log(monkeypatch):
                ratios.append(both / took(path))
        record_property(SAID, f"{name}: {median(ratios):.2f} times as long with both")
        assert len(ratios) == PAIRS
