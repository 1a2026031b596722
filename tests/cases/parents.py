"""What the tests of contact with parents build: a student who was consulted, a decision, who says so."""

from datetime import datetime, timedelta
from typing import Any

from cases import workflow
from cases.models import Case, Custody, Entry, ParentHold
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.make import AT

VIEW = {"limits_explained": True, "student_view": "Wants her aunt told."}
TOLD = {"guardian_contacted": "The aunt"}
ADVISED: dict[str, Any] = {
    "advice_from": "child_welfare",
    "advice_of": "Child Welfare Services, intake",
    "advised_at": AT,
    "advice": "Telephone the aunt first.",
}


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def consulted(case: Case, by: User, *, at: datetime = AT, **values: Any) -> Entry:
    return make.record(case, by, "consult", at=at, values=VIEW | values)


def deciding(by: User, step: str = "contact", **values: Any) -> dict[str, Any]:
    """The answers of a decision: no sign, nobody asked, and by whoever writes it, unless said otherwise."""
    given = {"parent_suspected": "no_sign", "advice_from": "not_asked", "decided_by": by.name}
    return given | {"parent_step": step} | values


def decided(case: Case, by: User, step: str = "contact", *, at: datetime = AT, **values: Any) -> Entry:
    return make.record(case, by, "decide_contact", at=at, values=deciding(by, step, **values))


def contacted(case: Case, by: User, *, at: datetime = AT, **values: Any) -> Entry:
    return make.record(case, by, "contact_guardian", at=at, values=TOLD | values)


def holds(case: Case, by: User) -> list[ParentHold]:
    with acting_as(by.pk):
        return list(ParentHold.objects.select_related("ended_by").filter(case=case))


def taken_along(case: Case, by: User, *, at: datetime = AT) -> Custody:
    given = {"taken_at": at, "agency": "City police", "officer_named": "R. Roe, 117"}
    return workflow.record_custody(actor=by, case=case, **given, at=at)
