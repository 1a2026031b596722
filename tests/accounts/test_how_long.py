"""How long sign-in takes for an account and for none, with the hasher of production: reported, never asserted."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from tests.accounts.hashing import Production
from tests.accounts.test_enumeration import INVITED, KNOWN, LEFT, UNKNOWN, addresses, sent
from tests.told import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

PAIRS = 15


@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
def test_how_long_the_answer_takes_beside_that_for_an_account_in_use(
    page: str, settings: Any, record_property: Callable[[str, object], None]
) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.Production"]
    at = addresses()

    def seconds(who: str) -> float:
        begun = perf_counter()
        work = sent(page, at[who])
        assert work == [Production.iterations] * (page == "account_login")
        return perf_counter() - begun

    for other in (UNKNOWN, INVITED, LEFT):
        ratios = []
        for turn in range(PAIRS):
            first, second = (other, KNOWN) if turn % 2 else (KNOWN, other)
            took = {first: seconds(first), second: seconds(second)}
            ratios.append(took[other] / took[KNOWN])
        told = f"{page}: {other}/{KNOWN}, median of {PAIRS} pairs: {median(ratios):.3f}"
        record_property(SAID, told)
