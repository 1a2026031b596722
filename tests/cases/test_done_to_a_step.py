"""What somebody may do to a part of a step, to an entry and to a request: each condition alone."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from cases import permissions
from cases.kinds import ASKED_AFTER, DONE_BY, SCHEDULED
from csec.accounts.roles import EMERGENCY, Role

ME, ANOTHER = SimpleNamespace(pk=uuid4()), SimpleNamespace(pk=uuid4())
WRITTEN_BY_ME, WRITTEN_BY_ANOTHER = SimpleNamespace(author_id=ME.pk), SimpleNamespace(author_id=ANOTHER.pk)


def seen_as(role: str) -> Any:
    return SimpleNamespace(my_role=role)


def part(kind: str, *actors: str) -> Any:
    return SimpleNamespace(kind=kind, actors=actors)


def entry(*, by: Any = None, evidence: Any = None) -> Any:
    """An entry; a report names nobody, and shows who wrote it to them alone."""
    return SimpleNamespace(actor_id=by.pk if by else None, evidence=evidence, handed_over=False)


def may(asked: str, *about: Any) -> bool:
    return bool(getattr(permissions, asked)(ME, *about))


def test_a_mandated_reporter_acts_where_the_step_is_every_reporters_and_nobody_else_does() -> None:
    assert permissions.acts_as(Role.COUNSELOR, part("report", "mandated_reporter"))
    assert not permissions.acts_as(Role.COUNSEL, part("report", "mandated_reporter"))
    assert not permissions.acts_as(Role.COUNSELOR, part("report", Role.ADMINISTRATOR))


@pytest.mark.parametrize(
    ("asked", "kinds"), [("can_follow_referral", ASKED_AFTER), ("can_record_checkin", SCHEDULED)]
)
def test_a_referral_and_a_check_in_are_of_parts_of_their_kind(asked: str, kinds: frozenset[str]) -> None:
    for kind in kinds:
        assert may(asked, seen_as(Role.COUNSELOR), part(kind, Role.COUNSELOR))
        assert not may(asked, seen_as(Role.SRO), part(kind, Role.COUNSELOR))
    assert not may(asked, seen_as(Role.COUNSELOR), part("impact", Role.COUNSELOR))


def test_a_report_is_corrected_by_whoever_made_it_and_not_while_they_only_read_in_an_emergency() -> None:
    of_administrators = part("report", Role.ADMINISTRATOR)
    mine = entry(evidence=WRITTEN_BY_ME)
    assert may("can_correct_entry", seen_as(Role.COUNSELOR), of_administrators, mine)
    assert not may("can_correct_entry", seen_as(EMERGENCY), of_administrators, mine)
    for others in (entry(evidence=WRITTEN_BY_ANOTHER), entry(), entry(by=ME, evidence=WRITTEN_BY_ME)):
        assert not may("can_correct_entry", seen_as(Role.COUNSELOR), of_administrators, others)


def test_what_is_asked_and_answered_is_not_corrected() -> None:
    for kind in DONE_BY:
        assert not may("can_correct_entry", seen_as(Role.COUNSELOR), part(kind, Role.COUNSELOR), entry(by=ME))
    assert may("can_correct_entry", seen_as(Role.COUNSELOR), part("impact", Role.COUNSELOR), entry(by=ME))


def test_somebody_elses_report_is_only_opened_again() -> None:
    assert may("only_opens_again", entry())
    assert may("only_opens_again", entry(evidence=WRITTEN_BY_ANOTHER))
    assert not may("only_opens_again", entry(evidence=WRITTEN_BY_ME))
    assert not may("only_opens_again", entry(by=ANOTHER))


def test_a_request_is_answered_by_the_officer_who_was_asked() -> None:
    for asked in ("can_accept_request", "can_decline_request", "can_report_back"):
        of_mine, of_another = SimpleNamespace(officer_id=ME.pk), SimpleNamespace(officer_id=ANOTHER.pk)
        assert may(asked, seen_as(Role.SRO), of_mine)
        assert not may(asked, seen_as(Role.SRO), of_another)
        assert not may(asked, seen_as(Role.COUNSELOR), of_mine)
