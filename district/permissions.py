"""
Who may change what of the district: one table, read by the verbs, by the pages that offer them, and by the tests.

An administrator, what belongs to their own school; the district liaison, everything. Nobody changes what they are
themselves: PostgreSQL refuses that too.
"""

from collections.abc import Mapping

from csec.accounts.roles import OVERSEERS, Role

LIAISON = frozenset({Role.LIAISON})

WHO_MAY: Mapping[str, frozenset[Role]] = {
    "invite_person": OVERSEERS,
    "give_role": OVERSEERS,
    "change_role": OVERSEERS,
    "end_role": OVERSEERS,
    "record_agreement": OVERSEERS,
    "close_account": OVERSEERS,
    "change_person": LIAISON,
    "change_district": LIAISON,
    "add_school": LIAISON,
    "change_school": LIAISON,
    "add_closure": OVERSEERS,
    "remove_closure": OVERSEERS,
    "add_agency": LIAISON,
    "change_agency": LIAISON,
    "remove_agency": LIAISON,
}
#: What an administrator gives, and takes away, at their own school. What answers for a school, or is held for the
#: district, only the liaison gives.
GIVEN_BY_ADMINISTRATORS = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER, Role.SRO, Role.REPORTER})
