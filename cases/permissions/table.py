"""
The roles that each verb asks for, and what somebody can be beside a role.

One table, read by the verbs, by the pages that offer them, and by the test of both.
"""

from collections.abc import Mapping

from csec.accounts.roles import CARE_ROLES, DISTRICT_ROLES, EMERGENCY, RECEIVERS, Role

CARERS_AND_ADMINISTRATORS = CARE_ROLES | {Role.ADMINISTRATOR}
#: Who reads and records what left the school: whoever carries or answers for the case, and counsel; not the officer.
OF_RELEASES = RECEIVERS | {Role.COUNSEL}
#: Who reads the reviews of a case: the same; and the officer, what was asked of them.
OF_REVIEWS = OF_RELEASES | {Role.SRO}

#: The roles that a verb asks for: at the concern's school, or on the case. Those of a part are its actors, by the
#: protocol's definition.
WHO_MAY: Mapping[str, frozenset[str]] = {
    "open_case": RECEIVERS,
    "open_targeted_case": RECEIVERS,
    # Whoever answers for all schools: neither of two learns of the other's.
    "settle_second_case": frozenset({Role.LIAISON}),
    "attach_concern": RECEIVERS,
    "close_concern": RECEIVERS,
    "match_concern": RECEIVERS,
    "accept_concern": RECEIVERS,
    "reclassify": CARERS_AND_ADMINISTRATORS,
    "close_case": RECEIVERS,
    "reopen_case": RECEIVERS,
    "void_case": frozenset({Role.LIAISON}),
    "correct_student": RECEIVERS,
    "add_person": RECEIVERS,
    "remove_person": RECEIVERS,
    "exclude_person": RECEIVERS,
    "readmit_person": frozenset({Role.LIAISON}),
    "plan_checkins": RECEIVERS,
    "plan_break": RECEIVERS,
    "note_roster_change": RECEIVERS,
    "take_over": RECEIVERS,
    "end_alert": RECEIVERS,
    "add_contact": RECEIVERS,
    "change_contact": RECEIVERS,
    "end_contact": RECEIVERS,
    "set_safety_plan": RECEIVERS,
    "record_device": RECEIVERS | {Role.SRO},
    "begin_emergency_access": DISTRICT_ROLES,
    "end_emergency_access": frozenset({EMERGENCY}),
    "review_emergency_access": RECEIVERS,
    # And the liaison, while nobody of the school answers for the case.
    "review_case": frozenset({Role.ADMINISTRATOR}),
    "answer_question": CARE_ROLES | {Role.SRO},
    "suspect_parent": RECEIVERS,
    "release_parent_hold": frozenset({Role.COUNSEL}),
    "record_custody": RECEIVERS,
    "end_custody": RECEIVERS,
    "record_release": OF_RELEASES,
    "record_interview": OF_RELEASES,
    "review_releases": frozenset({Role.COUNSEL}),
    "make_paper": OF_RELEASES,
    "match_records_request": DISTRICT_ROLES,
    "open_requested_case": frozenset({Role.COUNSEL}),
    "preview_records": frozenset({Role.COUNSEL}),
    "answer_records_request": frozenset({Role.COUNSEL}),
    "offer_transfer": RECEIVERS,
    "send_summary": OF_RELEASES,
    "note_departure": RECEIVERS,
    "withdraw_transfer": RECEIVERS,
    "acknowledge_transfer": RECEIVERS,
    "accept_transfer": CARERS_AND_ADMINISTRATORS,
    "refuse_transfer": CARERS_AND_ADMINISTRATORS,
}
#: What somebody can be to a concern, or to a part of a step, beside the roles: it wrote, holds, or acts.
AUTHOR, HOLDERS, ACTORS = frozenset({"author"}), frozenset({"holder"}), frozenset({"actor"})
#: To whom a transfer is offered.
RECEIVER = frozenset({"receiver"})
#: Who may have learned of it by being on the case, and so carries the duty to report themselves.
MANDATED_REPORTERS = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR})
#: Who carries it once they take a concern, or are on a case: the liaison too, who records theirs on a page of its own.
DUTY_BEARERS = MANDATED_REPORTERS | {Role.LIAISON}
