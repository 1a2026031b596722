"""Somebody around a student, a safety plan and a device, as a verb is told of them."""

from datetime import datetime, timedelta
from typing import Any

from cases import workflow
from cases.models import Case, Contact, SafetyPlan
from cases.models.around import PERMISSIONS
from csec.accounts.models import User
from tests.make import AT


def answers(**given: str) -> dict[str, str]:
    """Not known yet, but for what is given."""
    return dict.fromkeys(PERMISSIONS, "unknown") | given


def person(
    name: str = "Ana Brook", relation: str = "parent", *, note: str = "", rests_on: str = "", **given: str
) -> dict[str, Any]:
    return {
        "relation": relation,
        "name": name,
        "telephone": "555-0142",
        "language": "Spanish",
        "note": note,
        "rests_on": rests_on,
        "answers": answers(**given),
    }


def contact(
    case: Case,
    by: User,
    name: str = "Ana Brook",
    relation: str = "parent",
    *,
    at: datetime = AT,
    **given: str,
) -> Contact:
    return workflow.add_contact(actor=by, case=case, at=at, **person(name, relation, **given))


def plan(at: datetime = AT, **given: Any) -> dict[str, Any]:
    values = {
        "version": 0,
        "safe_adult": "The librarian.",
        "danger": "Call 911, then the office.",
        "agreed": True,
        "shared_with_sro": False,
        "review_on": at.date() + timedelta(days=30),
    }
    return values | given


def safety_plan(case: Case, by: User, *, at: datetime = AT, **given: Any) -> SafetyPlan:
    return workflow.set_safety_plan(actor=by, case=case, at=at, **plan(at, **given))


def device(at: datetime = AT, **given: Any) -> dict[str, Any]:
    return {
        "held_since": at,
        "held_by": "Ada Administrator",
        "where_now": "In the safe of the office.",
    } | given
