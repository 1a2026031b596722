"""Long rather than strange, and not what somebody here would try first."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from csec.accounts.models import User
from tests import make
from tests.accounts.at_the_door import with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    make.district()
    return make.Staff().counselor


def refused(password: str, person: User | None) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("password", ["seven quiet rivers", "QUIETRIVERSNOON", "ünter den linden 3"])
def test_fifteen_characters_are_enough_of_whatever_kind(person: User, password: str) -> None:
    assert not refused(password, person)


def test_fourteen_are_not_and_eight_are_once_there_is_a_second_factor(person: User) -> None:
    assert refused("quiet river se", person)
    assert refused("bx7qrvnt", person)
    assert refused("bx7qrvnt", None)
    with_app(person)
    assert not refused("bx7qrvnt", person)
    assert refused("bx7qrvn", person)


def test_neither_somebody_elses_app_nor_ones_recovery_codes_alone_are_a_second_factor() -> None:
    staff = make.Staff()
    with_app(staff.administrator)
    Authenticator.objects.create(user=staff.counselor, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not refused("bx7qrvnt", staff.administrator)
    assert refused("bx7qrvnt", staff.counselor)


@pytest.mark.parametrize(
    "password",
    [
        "redwood-district-2026",
        "AlderHighAlderHigh1",
        "CaseyCounselor2026!",
        "casey.counselor@example.org",
        "lanternlantern123",
        "passwordpassword1",
        "aaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
    ],
)
def test_names_of_here_and_one_key_again_and_again_are_not_taken(person: User, password: str) -> None:
    assert refused(password, person)


def test_a_word_of_here_among_enough_others_is(person: User) -> None:
    assert not refused("the lantern over seven rivers", person)


def test_common_ones_are_not_taken_with_a_second_factor_either(person: User) -> None:
    with_app(person)
    for password in ("sunshine", "trustno1", "football1"):
        assert refused(password, person)
