"""Two schools, everybody who could try, and cases in every state, each with all that an address can name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from cases import workflow
from cases.models import Alert, Case, CasePerson, Concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make

FOUND = {"areas_checked": ["recruitment"], "impact_found": False}
#: What each route names of a case: the part whose actors are asked for.
PARTS = {"record_outcome": "report", "request_sro": "notify", "record_checkin": "regular_contact"}


@dataclass
class Thing:
    """A case or a concern, what addresses can name of it, and what each person is to it (nothing: not theirs)."""

    ids: dict[str, Any]
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    parts: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, frozenset[str]] = field(default_factory=dict)
    #: The parts of the counselor's section, which for the officer do not exist.
    counseling: frozenset[str] = frozenset()


class World:
    """Everything that the matrix walks over. `at` is now: nothing in it has become late, and nothing has climbed."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        make.district()
        self.staff = staff = make.Staff()
        self.substitute = make.user("Sid Substitute", Role.SRO, staff.school)
        self.former = make.user("Faye Former", Role.COUNSELOR, staff.school)
        self.excluded = make.user("Ed Excluded", Role.ADMINISTRATOR, staff.school)
        self.reader = make.user("Rae Reader", Role.COUNSEL)
        make.user("Bo Backup", Role.SOCIAL_WORKER, staff.other_school, receives=2)
        self.people: dict[str, User | None] = {
            "nobody": None,
            "teacher": staff.teacher,
            "counselor": staff.counselor,
            "social_worker": staff.social_worker,
            "sro": staff.sro,
            "administrator": staff.administrator,
            "liaison": staff.liaison,
            "counsel": staff.counsel,
            "elsewhere": staff.elsewhere,
            "former": self.former,
            "substitute": self.substitute,
            "excluded": self.excluded,
            # Of the district, and reads every case in an emergency.
            "emergency": self.reader,
        }
        make.winter_break()
        self.cases = {name: self.case() for name in ("own", "closed", "void")}
        self.cases["other"] = self.case_elsewhere()
        self.cases["absent"] = self.absent(self.cases["own"])
        for name in ("closed", "void"):
            self.calm(self.cases[name])
        self.close(self.cases["closed"])
        workflow.void_case(
            actor=staff.liaison, case=self.as_case(self.cases["void"]), reason="By mistake.", at=at
        )
        self.concerns = {"own": self.waiting(), "closed": self.cleared(), "attached": self.attached()}
        self.concerns["other"] = Thing(
            {"concern_id": self.concern_elsewhere().pk}, {"elsewhere": frozenset({"author", "holder"})}
        )
        self.concerns["absent"] = Thing({"concern_id": uuid4()})
        self.away = workflow.enter_away(
            actor=staff.counselor, person=staff.counselor, first_day=at.date(), last_day=at.date(), at=at
        )

    def as_case(self, thing: Thing) -> Case:
        return make.as_seen(Case(pk=thing.ids["case_id"]), self.staff.liaison)

    def case(self) -> Thing:
        """A case of the counselor's, its officer asked; three people who once were on it, or are kept from it."""
        staff, at = self.staff, self.at
        past = make.concern(staff, at=at, implicated=[self.excluded])
        case = make.case(staff, about=past, at=at)
        for person, role in ((self.former, Role.COUNSELOR), (self.substitute, Role.SRO)):
            row = workflow.add_person(
                actor=staff.counselor, case=case, person=person, role=role, reason="For a week.", at=at
            )
            workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=at)
        request = make.asked_in(case, staff.counselor, staff.sro, at=at)
        entry = make.record(case, staff.administrator, "impact", values=FOUND, at=at)
        make.record(
            case,
            staff.counselor,
            "regular_contact",
            "unable",
            reason="Not at school.",
            values={"student_safe": "no"},
            at=at,
        )
        make.with_liaison(case, staff, at=at)
        access = make.opened_in_emergency(case, self.reader)
        with acting_as(staff.counselor.pk):
            alert = Alert.objects.get(case=case)
            on_it = CasePerson.objects.get(case=case, person=staff.sro, until__isnull=True)
            kept_away = CasePerson.objects.get(case=case, excluded=True)
        parts = {part.part: part for part in make.parts(case, staff.counselor, run__ended_at__isnull=True)}
        ids = {
            "case_id": case.pk,
            "entry_id": entry.pk,
            "request_id": request.pk,
            "person_id": on_it.pk,
            "kept_away": kept_away.pk,
            "alert_id": alert.pk,
            "subject": alert.pk,
            "access_id": access.pk,
            "first_day": make.WINTER.first_day.isoformat(),
        }
        there = {
            name: frozenset({name}) for name in ("counselor", "sro", "administrator", "liaison", "emergency")
        }
        return Thing(ids, there, {name: part.pk for name, part in parts.items()}, *_defined(case))

    def calm(self, thing: Thing) -> None:
        counselor = self.staff.counselor
        with acting_as(counselor.pk):
            alert = Alert.objects.get(pk=thing.ids["alert_id"])
        case = self.as_case(thing)
        workflow.end_alert(actor=counselor, case=case, alert=alert, reason="At her aunt’s.", at=self.at)

    def close(self, thing: Thing) -> None:
        staff, case = self.staff, self.as_case(thing)
        make.reported(case, staff.counselor, at=self.at)
        make.closed(case, staff.counselor, at=self.at)

    def concern_elsewhere(self) -> Concern:
        staff = self.staff
        student = make.student(staff.other_school, "Kim", "Kerr")
        return make.concern(
            staff, author=staff.elsewhere, school=staff.other_school, student=student, at=self.at
        )

    def case_elsewhere(self) -> Thing:
        staff = self.staff
        case = workflow.open_case(
            actor=staff.elsewhere,
            concern=self.concern_elsewhere(),
            track="suspected_victim",
            reason="It fits.",
            at=self.at,
        )
        parts = {part.part: part.pk for part in make.parts(case, staff.elsewhere)}
        # What else an address names is taken from nowhere: there is no such thing there for anybody.
        ids = {"case_id": case.pk, "first_day": make.WINTER.first_day.isoformat()} | {
            name: uuid4()
            for name in (
                "entry_id",
                "request_id",
                "person_id",
                "kept_away",
                "alert_id",
                "subject",
                "access_id",
            )
        }
        there = {"elsewhere": frozenset({"counselor"})}
        return Thing(ids, there, parts, *_defined(case))

    def absent(self, like: Thing) -> Thing:
        ids = {name: uuid4() if isinstance(value, UUID) else value for name, value in like.ids.items()}
        return Thing(ids, {}, {name: uuid4() for name in like.parts})

    def waiting(self) -> Thing:
        concern = make.concern(self.staff, at=self.at)
        return Thing({"concern_id": concern.pk}, self._of_a_concern())

    def cleared(self) -> Thing:
        concern = make.concern(self.staff, at=self.at)
        workflow.close_concern(actor=self.staff.counselor, concern=concern, reason="Cleared up.", at=self.at)
        return Thing({"concern_id": concern.pk}, self._of_a_concern())

    def attached(self) -> Thing:
        concern = make.concern(self.staff, at=self.at)
        case = self.as_case(self.cases["own"])
        workflow.attach_concern(
            actor=self.staff.counselor, concern=concern, case=case, reason="Same.", at=self.at
        )
        there = self._of_a_concern() | {
            "counselor": frozenset({"holder", "counselor"}),
            "administrator": frozenset({"administrator"}),
            "liaison": frozenset({"liaison"}),
        }
        return Thing({"concern_id": concern.pk}, there)

    def _of_a_concern(self) -> dict[str, frozenset[str]]:
        holder = frozenset({"holder"})
        return {"teacher": frozenset({"author"}), "counselor": holder, "social_worker": holder}


def _defined(case: Case) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Who ends each part, by the definition, and which are of the counselor's section."""
    track = case.protocol.definition.track("suspected_victim")
    mandated = frozenset({"counselor", "social_worker", "administrator"})
    parts = [part for step in track.steps for part in step.parts]
    actors = {
        part.id: frozenset(part.actors) | (mandated if "mandated_reporter" in part.actors else frozenset())
        for part in parts
    }
    return actors, frozenset(part.id for part in parts if part.compartment == "counseling")
