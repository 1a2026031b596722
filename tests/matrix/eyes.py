"""Who may read and write which row below a case, said once more and in another way than PostgreSQL says it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from csec.accounts.roles import EMERGENCY
from tests.matrix.world import World

Row = Mapping[str, Any]
Stored = Mapping[str, list[Row]]

CARE = {"counselor", "social_worker"}
RECEIVERS = CARE | {"administrator", "liaison"}
#: Whoever is legal counsel: one of them reads every case in an emergency.
COUNSEL = {"counsel", EMERGENCY}


class Eyes:
    """What one person may see of the world, worked out from what each is to each case, and from who holds what."""

    def __init__(self, world: World, who: str, stored: Stored) -> None:
        person = world.people[who]
        self.who = who
        self.me = str(person.pk) if person else ""
        #: The side that one is on: a drill, or nothing for what is real.
        self.drill = str(person.drill_id) if person and person.drill_id else None
        self.schools = {row["id"]: row["drill_id"] for row in stored["directory_school"]}
        self.staff = {row["id"]: row["drill_id"] for row in stored["accounts_user"]}
        self.sides = self.schools | self.staff
        self.schools_of = {row["id"]: row["school_id"] for row in stored["directory_student"]}
        self.roles = {
            str(thing.ids["case_id"]): next(iter(thing.people.get(who, ())), "")
            for thing in world.cases.values()
        }
        #: Somebody else, in whose name nobody writes.
        self.another = str(world.learner.pk)
        self.concerns = {row["id"]: row for row in stored["cases_concern"]}
        self.past = {
            row["concern_id"]
            for row in stored["cases_concernexclusion"]
            if row["person_id"] == self.me and row["lifted_at"] is None
        }
        #: The cases that are kept from them.
        self.kept = {
            row["case_id"]
            for row in stored["cases_caseperson"]
            if row["person_id"] == self.me and row["excluded"] and row["until"] is None
        }
        self.mine = {
            row["concern_id"] for row in stored["cases_concernauthor"] if row["person_id"] == self.me
        }
        self.entries = {row["id"]: row for row in stored["cases_entry"]}
        self.parts = {row["id"]: row for row in stored["cases_steppart"]}
        self.alerts = {row["subject"]: row for row in stored["cases_alert"]}
        self.keys = {row["key_id"]: row["id"] for row in stored["cases_case"]}
        self.transfers = {row["id"]: row for row in stored["cases_transfer"]}
        self.keys_of_transfers = {row["key_id"]: row for row in stored["cases_transfer"]}
        self.requests = {row["id"]: row for row in stored["cases_recordsrequest"]}
        self.keys_of_requests = {row["key_id"]: row["id"] for row in stored["cases_recordsrequest"]}
        #: The students of the cases that one carries or answers for.
        self.students = {
            row["student_id"] for row in stored["cases_case"] if self.role(row["id"]) in RECEIVERS
        }
        self.duties = {row["id"] for row in stored["cases_reportduty"] if row["person_id"] == self.me}
        self.keys_of_concerns = {row["key_id"]: row["id"] for row in stored["cases_concern"]}

    def role(self, case: str | None) -> str:
        return self.roles.get(case or "", "")

    def my_side(self, row: Row) -> bool:
        """Of one's own side: a school or a person, or what hangs on one."""
        where = row.get("school_id") or row.get("person_id")
        if "drill_id" not in row and where is None:
            return True
        return (row["drill_id"] if "drill_id" in row else self.sides[where]) == self.drill

    def other_side(self, table: str, row: Row) -> Iterator[dict[str, str]]:
        """What would make it one of a school, or of a person, of the other side."""
        for column, like in (("school_id", self.schools), ("person_id", self.staff)):
            if row.get(column) and self.sides[row[column]] == self.drill:
                moved = {column: next(one for one in like if self.sides[one] != self.drill)}
                if table == "cases_case":
                    # Its number says on which side a case is.
                    moved["number"] = "2345-2345" if self.drill else "DRILL-23456"
                yield moved

    def all_of(self, row: Row) -> bool:
        """Whatever is there of the case but what only some of its people read."""
        return bool(self.role(row["case_id"]))

    def care(self, row: Row) -> bool:
        """What has to do with regular contact: everybody on the case but its officer."""
        return self.role(row["case_id"]) not in ("", "sro")

    def writing(self, row: Row) -> bool:
        """Whoever reads in an emergency writes nothing."""
        return self.role(row["case_id"]) not in ("", EMERGENCY)

    def team_writing(self, row: Row) -> bool:
        return self.care(row) and self.writing(row)

    def plan(self, row: Row) -> bool:
        """The officer one that is in force, and says so."""
        shared = row["shared_with_sro"] and row["replaced_at"] is None
        return self.care(row) or (self.all_of(row) and shared)

    def entered(self, row: Row) -> bool:
        """In one's own name, as it begins."""
        begins = row["set_by_id"] == self.me and row["replaced_at"] is None
        return self.team_writing(row) and begins and row.get("ended_at") is None

    def part(self, row: Row) -> bool:
        return self.care(row) if row["compartment"] == "counseling" else self.all_of(row)

    def evidence(self, row: Row) -> bool:
        role = self.role(row["case_id"])
        return {
            "team": bool(role) and (role != "sro" or self.officers(row)),
            "counseling": role in CARE,
            "sro": role in CARE | {"sro", "administrator"},
            "reporter": bool(role) and row["author_id"] == self.me,
        }[row["compartment"]]

    def officers(self, row: Row) -> bool:
        """Whether it is of a step that is the officer's too, or of what they were asked."""
        part = self.parts[self.entries[row["entry_id"]]["part_id"]]
        return "sro" in part["actors"] or part["kind"] == "sro_request"

    def held(self, concern: str) -> bool:
        row = self.concerns[concern]
        return (
            bool(self.me) and concern not in self.past and self.me in (row["receiver_id"], row["backup_id"])
        )

    def concern(self, concern: str) -> bool:
        if concern in self.mine:
            return True
        in_its_case = self.role(self.concerns[concern]["case_id"]) in RECEIVERS
        return concern not in self.past and (self.held(concern) or in_its_case)

    def on_first_screen(self, concern: str) -> bool:
        """What waits with them, what somebody else added to a case of theirs, and what they wrote."""
        row = self.concerns[concern]
        if concern in self.mine:
            return True
        if row["status"] == "received":
            return self.held(concern)
        added = row["status"] == "attached" and row["accepted_at"] is None
        return added and concern not in self.past and self.role(row["case_id"]) in RECEIVERS

    def of_concern(self, row: Row) -> bool:
        return self.concern(row["concern_id"])

    def exclusion(self, row: Row) -> bool:
        """What follows from a case is not for the author, who is not to learn that there is one."""
        return self.of_concern(row) and (not row["by_case"] or self.held(row["concern_id"]))

    def exclusion_changed(self, row: Row) -> bool:
        """One that no longer holds is so because the liaison of its case said it, and not of themselves."""
        by_liaison = self.role(self.concerns[row["concern_id"]]["case_id"]) == "liaison"
        return self.exclusion(row) and (
            row["lifted_at"] is None or (by_liaison and row["person_id"] != self.me)
        )

    def key(self, row: Row) -> bool:
        case, concern = self.keys.get(row["id"]), self.keys_of_concerns.get(row["id"])
        return (
            bool(case and self.role(case))
            or bool(concern and self.concern(concern))
            or row["scope"] == self.me
            or (row["id"] in self.keys_of_transfers and self.transfer(self.keys_of_transfers[row["id"]]))
            or self.asked(self.requests.get(self.keys_of_requests.get(row["id"], "")))
            or row["scope"] in self.duties
        )

    def from_website(self, row: Row) -> bool:
        """An officer writes down that facts went to law enforcement, and reads no list of it."""
        to_police = row["recipient_kind"] == "law_enforcement" and row["corrects_id"] is None
        return self.role(row["case_id"]) == "sro" and to_police

    def receives(self, row: Row) -> bool:
        """A transfer is offered to them, in a role that takes cases over."""
        return bool(self.me) and row["receiver_id"] == self.me

    def transfer(self, row: Row) -> bool:
        return self.care(row) or self.receives(row)

    def transfer_changed(self, row: Row) -> bool:
        return self.role(row["case_id"]) not in ("", "sro", EMERGENCY) or self.receives(row)

    def transfer_begun(self, row: Row) -> bool:
        begins = row["state"] in ("asked", "open") and row["answered_by_id"] is None
        return (
            self.role(row["case_id"]) not in ("", "sro", EMERGENCY)
            and row["began_by_id"] == self.me
            and begins
            and row["new_case_id"] is None
        )

    def section(self, row: Row) -> bool:
        """What is told: to whom it is offered while it waits; to the case's people by its compartment."""
        of = self.transfers[row["transfer_id"]]
        if of["state"] == "open" and self.receives(of):
            return True
        return self.care(of) if row["compartment"] == "team" else self.role(of["case_id"]) in CARE

    def section_sent(self, row: Row) -> bool:
        of = self.transfers[row["transfer_id"]]
        role = self.role(of["case_id"])
        return (
            of["state"] == "open"
            and of["offered_by_id"] == self.me
            and role not in ("", "sro", EMERGENCY)
            and (row["compartment"] == "team" or role in CARE)
        )

    def release(self, row: Row) -> bool:
        """What left the school: whoever carries or answers for the case, or is on it as counsel."""
        return self.role(row["case_id"]) in RECEIVERS | {"counsel"}

    def asked(self, row: Row | None) -> bool:
        """A request for records: who answers or watches it, who logged it, and who has a case of the student."""
        if row is None or not self.me:
            return False
        return (
            row["logged_by_id"] == self.me
            or self.who in COUNSEL | {"liaison"}
            or row["student_id"] in self.students
        )

    def asked_changed(self, row: Row) -> bool:
        """The liaison names the student; only counsel answers."""
        return self.who in COUNSEL or (self.who == "liaison" and row["closed_at"] is None)

    def asked_begun(self, row: Row) -> bool:
        """At a school of one's own side, about a student of that side where one was found already."""
        begins = row["logged_by_id"] == self.me and row["closed_at"] is None
        begins = begins and row["student_by_id"] in (None, self.me)
        there = {row["school_id"]} | (
            {self.schools_of.get(row["student_id"])} if row["student_id"] else set()
        )
        return bool(self.me) and begins and all(self.sides.get(one, "") == self.drill for one in there)

    def answer(self, _row: Row) -> bool:
        return self.who in COUNSEL

    def absence(self, row: Row) -> bool:
        alert = self.alerts.get(row["id"])
        return row["entered_by_id"] == self.me or bool(alert and self.care(alert))

    def message(self, row: Row) -> bool:
        if row["recipient_id"] == self.me:
            about = self.concerns.get(row["subject"], {})
            return row["subject"] not in self.past and not self.kept & {row["case_id"], about.get("case_id")}
        if row["case_id"]:
            return self.care(row) and row["kind"] != "addition"
        # What is said to somebody of their own duty is about no concern that others hold.
        return row["subject"] in self.concerns and self.held(row["subject"])

    def own_duty(self, row: Row) -> bool:
        return row["duty_id"] in self.duties

    def duty_begun(self, row: Row) -> bool:
        """In one's own name, about a concern that one reads; with nothing in it yet of how it ends."""
        later = ("called_at", "ended_at", "entry_id", "sealed")
        return row["person_id"] == self.me and self.of_concern(row) and all(row[one] is None for one in later)

    def answers_for_the_school(self, _row: Row) -> bool:
        """What was merged in the world are rows of the first school."""
        return self.who in ("administrator", "excluded", "liaison")

    def emergency(self, row: Row) -> bool:
        mine = row["person_id"] == self.me and row["case_id"] not in self.kept
        return mine or self.role(row["case_id"]) in RECEIVERS

    def lifting(self, row: Row) -> bool:
        """Only the liaison says of somebody from whom a case is kept that it no longer is."""
        return self.writing(row) and (not row["excluded"] or self.role(row["case_id"]) == "liaison")

    def emergency_begun(self, row: Row) -> bool:
        """In one's own name, by somebody of the district; with nothing in it yet of what comes afterwards."""
        of_the_district = self.who in ("liaison", "counsel", EMERGENCY)
        later = ("ended_at", "sealed", "finding", "reviewed_by_id", "reviewed_at", "review_sealed")
        return row["person_id"] == self.me and of_the_district and not any(row[one] for one in later)

    def emergency_changed(self, row: Row) -> bool:
        """By its own person; or looked at by somebody else, in their name."""
        by = row["reviewed_by_id"]
        return self.me in (row["person_id"], by) and by != row["person_id"]


def mine(column: str) -> Callable[[Eyes, Row], bool]:
    return lambda eyes, row: bool(eyes.me) and row[column] == eyes.me


#: Who reads a row of each table that has a rule of its own.
READS: dict[str, Callable[[Eyes, Row], bool]] = {
    "accounts_away": Eyes.my_side,
    "accounts_calendarfeed": lambda _eyes, _row: True,
    "accounts_membership": Eyes.my_side,
    "accounts_user": Eyes.my_side,
    "directory_agency": lambda _eyes, _row: True,
    "directory_closure": Eyes.my_side,
    "directory_district": lambda _eyes, _row: True,
    "directory_drill": lambda eyes, row: eyes.me in (row["person_id"], row["twin_id"]),
    "directory_school": Eyes.my_side,
    "directory_student": Eyes.my_side,
    "directory_studentmerge": Eyes.answers_for_the_school,
    "cases_alert": Eyes.care,
    "cases_breakplan": Eyes.care,
    "cases_case": lambda eyes, row: bool(eyes.role(row["id"])),
    "cases_casereview": Eyes.release,
    "cases_caselink": lambda eyes, row: bool(eyes.role(row["from_case_id"]) and eyes.role(row["to_case_id"])),
    "cases_caseperson": lambda eyes, row: eyes.care(row) if row["excluded"] else eyes.all_of(row),
    "cases_checkin": Eyes.care,
    "cases_checkinplan": Eyes.care,
    "cases_concern": lambda eyes, row: eyes.concern(row["id"]),
    "cases_concernaddition": Eyes.of_concern,
    "cases_concernauthor": lambda eyes, row: (
        row["person_id"] == eyes.me or (row["name_shown"] and eyes.held(row["concern_id"]))
    ),
    "cases_concerncorrection": Eyes.of_concern,
    "cases_concernexclusion": Eyes.exclusion,
    "cases_contact": Eyes.care,
    "cases_contactnote": lambda eyes, row: eyes.role(row["case_id"]) in CARE,
    "cases_custody": Eyes.all_of,
    "cases_decision": Eyes.care,
    "cases_devicerecord": Eyes.all_of,
    "cases_emergencyaccess": Eyes.emergency,
    "cases_entry": Eyes.part,
    "cases_entryevidence": Eyes.evidence,
    "cases_parenthold": Eyes.care,
    "cases_interview": Eyes.release,
    "cases_recordsanswer": Eyes.answer,
    "cases_recordsrequest": Eyes.asked,
    "cases_paper": Eyes.release,
    "cases_release": Eyes.release,
    "cases_releasereview": Eyes.release,
    "cases_learnedcorrection": Eyes.own_duty,
    "cases_reportduty": mine("person_id"),
    "cases_reportmade": Eyes.of_concern,
    "cases_safetyplan": Eyes.plan,
    "cases_referral": lambda eyes, row: eyes.role(row["case_id"]) in CARE,
    "cases_reviewquestion": lambda eyes, row: (
        eyes.release(row) or (row["put_to"] == "sro" and eyes.role(row["case_id"]) == "sro")
    ),
    "cases_rosternote": lambda eyes, row: eyes.role(row["case_id"]) in RECEIVERS,
    "cases_srorequest": Eyes.all_of,
    "cases_steppart": Eyes.part,
    "cases_studentabsence": Eyes.absence,
    "cases_trackrun": Eyes.all_of,
    "cases_transfer": Eyes.transfer,
    "cases_transfersection": Eyes.section,
    "crypto_datakey": Eyes.key,
    "delivery_message": Eyes.message,
    "drafts_draft": mine("person_id"),
}
#: Who writes one of a case, a concern, or of one's own; of the staff and the district see tests/district.
WRITES: dict[str, Callable[[Eyes, Row], bool]] = {
    **{table: Eyes.writing for table in READS if table.startswith("cases_")},
    "accounts_calendarfeed": mine("person_id"),
    "cases_case": lambda eyes, row: eyes.role(row["id"]) not in ("", EMERGENCY) and eyes.my_side(row),
    "cases_caseperson": Eyes.lifting,
    "cases_caselink": lambda eyes, row: (
        not {eyes.role(row[f"{end}_case_id"]) for end in ("from", "to")} & {"", EMERGENCY}
    ),
    "cases_concern": lambda eyes, row: eyes.concern(row["id"]) and eyes.my_side(row),
    "cases_concernaddition": Eyes.of_concern,
    "cases_concernauthor": mine("person_id"),
    "cases_concerncorrection": lambda eyes, row: eyes.of_concern(row) and row["by_id"] == eyes.me,
    "cases_concernexclusion": Eyes.exclusion_changed,
    "cases_contact": Eyes.team_writing,
    "cases_contactnote": lambda eyes, row: eyes.team_writing(row) and row["by_id"] == eyes.me,
    "cases_custody": lambda eyes, row: (
        eyes.role(row["case_id"]) in RECEIVERS and row["ended_by_id"] == eyes.me
    ),
    "cases_parenthold": lambda eyes, row: (
        (
            eyes.role(row["case_id"]) == "counsel"
            or (row["cause"] == "unsure" and eyes.role(row["case_id"]) in RECEIVERS)
        )
        and row["ended_by_id"] == eyes.me
    ),
    # In each case of the world somebody of the school answers for it: the liaison reviews none.
    "cases_casereview": lambda eyes, row: (
        eyes.role(row["case_id"]) == "administrator" and row["by_id"] == eyes.me
    ),
    "cases_reviewquestion": lambda eyes, row: (
        eyes.role(row["case_id"]) in ({"sro"} if row["put_to"] == "sro" else CARE)
        and row["answered_by_id"] == eyes.me
    ),
    "cases_decision": lambda eyes, row: eyes.writing(row) and row["by_id"] == eyes.me,
    "cases_devicerecord": lambda eyes, row: eyes.writing(row) and row["by_id"] == eyes.me,
    "cases_emergencyaccess": Eyes.emergency_changed,
    "cases_entry": lambda eyes, row: eyes.writing(row) and row["actor_id"] in (None, eyes.me),
    "cases_entryevidence": lambda eyes, row: eyes.writing(row) and row["author_id"] == eyes.me,
    "cases_interview": lambda eyes, row: eyes.release(row) and row["by_id"] == eyes.me,
    "cases_paper": lambda eyes, row: eyes.release(row) and row["by_id"] == eyes.me,
    "cases_recordsanswer": lambda eyes, row: eyes.answer(row) and row["by_id"] == eyes.me,
    "cases_recordsrequest": Eyes.asked_changed,
    "cases_release": lambda eyes, row: (
        (eyes.release(row) or eyes.from_website(row)) and row["by_id"] == eyes.me
    ),
    "cases_releasereview": lambda eyes, row: (
        eyes.role(row["case_id"]) == "counsel" and row["by_id"] == eyes.me
    ),
    "cases_learnedcorrection": Eyes.own_duty,
    "cases_reportduty": mine("person_id"),
    # Never by hand: `note_report` writes it.
    "cases_reportmade": lambda _eyes, _row: False,
    "cases_safetyplan": Eyes.team_writing,
    "cases_referral": lambda eyes, row: READS["cases_referral"](eyes, row) and row["by_id"] == eyes.me,
    "cases_rosternote": lambda eyes, row: READS["cases_rosternote"](eyes, row) and row["by_id"] == eyes.me,
    "cases_studentabsence": mine("entered_by_id"),
    "cases_transfer": Eyes.transfer_changed,
    "cases_transfersection": Eyes.section_sent,
    "crypto_datakey": lambda eyes, _row: bool(eyes.me),
    "drafts_draft": mine("person_id"),
}
#: Who makes one, where that is another question.
MAKES = WRITES | {
    "cases_concernexclusion": lambda eyes, row: eyes.of_concern(row) and not row["by_case"],
    "cases_caseperson": lambda eyes, row: eyes.writing(row) and eyes.my_side(row),
    # A student of the other side cannot be missed.
    "cases_studentabsence": lambda eyes, row: (
        mine("entered_by_id")(eyes, row) and eyes.sides[eyes.schools_of[row["student_id"]]] == eyes.drill
    ),
    "cases_reviewquestion": lambda eyes, row: (
        eyes.role(row["case_id"]) == "administrator" and row["asked_by_id"] == eyes.me and row["answer"] == ""
    ),
    "cases_emergencyaccess": Eyes.emergency_begun,
    "cases_transfer": Eyes.transfer_begun,
    "cases_custody": lambda eyes, row: (
        eyes.role(row["case_id"]) in RECEIVERS
        and row["recorded_by_id"] == eyes.me
        and row["ended_at"] is None
    ),
    "cases_parenthold": lambda eyes, row: (
        eyes.writing(row) and row["begun_by_id"] == eyes.me and row["ended_at"] is None
    ),
    "cases_recordsrequest": Eyes.asked_begun,
    "cases_contact": Eyes.entered,
    "cases_reportduty": Eyes.duty_begun,
    "cases_safetyplan": Eyes.entered,
}
#: In whose name a row is.
IN_THE_NAME_OF = {
    "cases_custody": "recorded_by_id",
    "cases_emergencyaccess": "person_id",
    "cases_parenthold": "begun_by_id",
    "accounts_calendarfeed": "person_id",
    "cases_concernauthor": "person_id",
    "cases_concerncorrection": "by_id",
    "cases_casereview": "by_id",
    "cases_reviewquestion": "asked_by_id",
    "cases_contact": "set_by_id",
    "cases_contactnote": "by_id",
    "cases_decision": "by_id",
    "cases_devicerecord": "by_id",
    "cases_entry": "actor_id",
    "cases_entryevidence": "author_id",
    "cases_interview": "by_id",
    "cases_paper": "by_id",
    "cases_recordsanswer": "by_id",
    "cases_recordsrequest": "logged_by_id",
    "cases_release": "by_id",
    "cases_releasereview": "by_id",
    "cases_reportduty": "person_id",
    "cases_safetyplan": "set_by_id",
    "cases_referral": "by_id",
    "cases_rosternote": "by_id",
    "cases_studentabsence": "entered_by_id",
    "cases_transfer": "began_by_id",
    "drafts_draft": "person_id",
}
