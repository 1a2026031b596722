"""Two schools, everybody who could try, and cases in every state, each with all that an address can name."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import F
from django.test import Client

from cases import workflow
from cases.models import Alert, Case, CasePerson, CheckInPlan, Concern, Transfer
from cases.workflow.roster import roster_mark
from csec.accounts.models import Membership, Session, User
from csec.accounts.roles import Role
from csec.directory.models import Agency, Closure, School, Student
from csec.drafts import store
from csec.identity import acting_as
from csec.routes import DRILL
from drills import beginning as drills
from drills.others import Others
from drills.stories import tell_what_happened
from tests import around, make, reviews
from tests.matrix.rows import write_as_owner

#: Everybody who tries.
WHO = (
    "nobody",
    "teacher",
    "counselor",
    "social_worker",
    "sro",
    "administrator",
    "liaison",
    "counsel",
    "elsewhere",
    "former",
    "substitute",
    "excluded",
    "emergency",
    # As whom a colleague acts in their drill.
    "twin",
)
FOUND = {"areas_checked": ["recruitment"], "impact_found": False}
#: What each route names of a case: the part whose actors are asked for.
PARTS = {
    "record_outcome": "report",
    "report_sheet": "report",
    "request_sro": "notify",
    "record_checkin": "regular_contact",
    "follow_referral": "offer_referral",
    # Put to whoever carries the case, as what is asked of them in the regular contact is.
    "answer_question": "regular_contact",
}


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
        self.helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
        self.excluded = make.user("Ed Excluded", Role.ADMINISTRATOR, staff.school)
        self.reader = make.user("Rae Reader", Role.COUNSEL)
        self.classmate = make.student(staff.school, "Robin", "Reed")
        # Of the other school, where nobody of the first one has any business but the officers.
        self.backup = make.user("Bo Backup", Role.SOCIAL_WORKER, staff.other_school, receives=2)
        self.overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
        self.uncle = make.user("Uri Uncle", Role.SOCIAL_WORKER, staff.other_school)
        self.officer = make.user("Otto Officer", Role.SRO, staff.other_school)
        self.left = make.user("Lex Left", Role.COUNSELOR, staff.school)
        User.objects.filter(pk=self.left.pk).update(is_active=False)
        self.left_behind = make.user("Lin Leftbehind", Role.REPORTER, staff.school)
        self.graduate = make.student(staff.school, "Gray", "Graduate", active=False)
        self.nothing = uuid4()
        self.stranger = make.student(staff.other_school, "Kim", "Kerr")
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
        self.learner = make.user("Lou Learner", Role.COUNSELOR, staff.other_school)
        self.break_begins = holidays(at.date() + timedelta(days=28))
        self.colleagues: dict[str, Thing] = {}
        self.cases = {name: self.case() for name in ("own", "closed", "void")}
        self.cases["beside"] = self.case_of_a_colleague()
        self.cases["other"] = self.case_elsewhere()
        make.helper(self.as_case(self.cases["closed"]), staff.counselor, self.helper, Role.COUNSELOR, at=at)
        # Of one student on the same track, as far as they are open.
        for one, other in (("own", "beside"), ("closed", "beside"), ("beside", "own"), ("other", "own")):
            self.cases[one].ids["beside_id"] = self.cases[other].ids["case_id"]
        self.cases["absent"] = self.absent(self.cases["own"])
        for one, other in (("own", "beside"), ("own", "closed"), ("beside", "other"), ("other", "void")):
            self.link(self.cases[one], self.cases[other])
        for name in ("closed", "void"):
            self.calm(self.cases[name])
        self.close(self.cases["closed"])
        workflow.void_case(
            actor=staff.liaison, case=self.as_case(self.cases["void"]), reason="By mistake.", at=at
        )
        self.transfers = {name: self.transfer_of(self.cases[name]) for name in ("own", "other")}
        self.transfers["own"].people["elsewhere"] = frozenset({"receiver"})
        self.transfers["absent"] = self.absent(self.transfers["own"])
        self.concerns = {"own": self.waiting(), "closed": self.cleared(), "attached": self.attached()}
        self.duties = {"own": self.duty(staff.teacher, "teacher")}
        there = self.concern_elsewhere()
        self.duties["other"] = self.duty(staff.elsewhere, "elsewhere")
        self.duties["absent"] = self.absent(self.duties["own"])
        self.concerns["other"] = Thing(
            {"concern_id": there.pk}, {"elsewhere": frozenset({"author", "holder"})}
        )
        self.addition = workflow.supplement_concern(
            actor=staff.elsewhere, concern=there, account="Again.", at=at
        )
        self.concerns["absent"] = Thing({"concern_id": uuid4()})
        self.drill()
        self.away = workflow.enter_away(
            actor=staff.counselor, person=staff.counselor, first_day=at.date(), last_day=at.date(), at=at
        )
        # There is no case about the classmate, and there are some about the student.
        self.records = make.records_request(staff, at=at, student=self.classmate)
        self.about_the_student = make.records_request(staff, by=self.left_behind, at=at)
        workflow.answer_records_request(
            actor=self.reader,
            request=make.records_request(staff, by=self.left_behind, at=at, student=self.classmate),
            outcome="withdrawn",
            reason="Asked for a bus pass.",
            at=at,
        )
        storm = {"school": staff.school, "name": "Storm", "first_day": self.break_begins}
        agency = {"kind": "other", "name": "Shelter", "telephone": "555-0104", "verified_on": at.date()}
        self.places = {
            "school_id": staff.school.pk,
            "closure_id": Closure.objects.create(**storm, last_day=self.break_begins).pk,
            "agency_id": Agency.objects.create(**agency).pk,
            # One student of two rows, and two rows that somebody may say that of.
            "student_id": make.student(staff.school, "Uma", "Underhill").pk,
            "other_id": make.student(staff.school, "Uma", "Under-Hill").pk,
            "merge_id": make.merged(
                staff.administrator,
                make.student(staff.school, "Vic", "Vane"),
                make.student(staff.school, "Victor", "Vane"),
                at=at,
            ).pk,
        }

        self.colleagues |= {
            "own": self.colleague(staff.social_worker, staff.sro, "administrator", "excluded", "liaison"),
            "other": self.colleague(self.backup, self.officer, "liaison"),
        }
        self.colleagues["absent"] = self.absent(self.colleagues["own"])
        self.write_to(staff.counselor, "check_in", "case", self.cases["own"])
        # What is added to a concern of a case is about the concern, which others hold as well, and about the case.
        added = Thing(self.concerns["attached"].ids | {"case_id": self.cases["own"].ids["case_id"]})
        self.write_to(staff.counselor, "addition", "concern", added)
        self.write_to(staff.sro, "request", "case", self.cases["own"])
        self.write_to(staff.elsewhere, "check_in", "case", self.cases["other"])
        self.write_to(staff.counselor, "concern", "concern", self.concerns["own"])
        self.write_to(staff.elsewhere, "concern", "concern", self.concerns["other"])
        # Said before it was kept from them, or to somebody who is not kept from it; and of what never was.
        self.write_to(self.excluded, "alert", "case", self.cases["own"])
        self.write_to(self.excluded, "concern_late", "concern", Thing({"concern_id": self.past.pk}))
        self.write_to(self.excluded, "alert", "case", self.cases["beside"])
        for author in (staff.teacher, staff.counselor):
            with acting_as(author.pk):
                store.keep(person=author.pk, form="log_concern", fields={"account": ["A c"]}, at=at)
        self.clients = {who: _client(self.people[who]) for who in WHO if who != "twin"}
        self.clients["twin"] = in_drill(_client(self.learner), self.people["twin"])
        # That somebody is still there is noted each half minute, and would be one more query of some requests.
        Session.objects.update(expire_date=F("ends_at"))

    @property
    def row_security(self) -> bool:
        """Whether PostgreSQL holds its rules as well; not when the owner asks, to see what the queries alone do."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_security_active('cases_case')")
            return bool(cursor.fetchone()[0])

    @property
    def of_nobody(self) -> dict[str, Any]:
        """What an address can name that is about no case, no concern and nobody of the staff."""
        return {
            "away_id": self.away.pk,
            "language": "es",
            "records_id": self.records.pk,
            "token": "x" * 43,
            "topic": "reports",
            **self.places,
        }

    @property
    def foreign(self) -> dict[str, UUID]:
        """Ids of what there is, but not for anybody of the first school; and of nothing."""
        staff, case, concern = self.staff, self.cases["other"], self.concerns["other"]
        return {
            "a person of another school": staff.elsewhere.pk,
            "somebody who has left": self.left.pk,
            "a student of another school": self.stranger.pk,
            "a student who has left": self.graduate.pk,
            "another school": staff.other_school.pk,
            "a case of another school": case.ids["case_id"],
            "a case of a colleague's": self.cases["beside"].ids["case_id"],
            "a concern of another school": concern.ids["concern_id"],
            "what was added to it": self.addition.pk,
            "a part of that case": case.parts["report"],
            "an entry of that case": case.ids["entry_id"],
            "its schedule": case.ids["plan"],
            "nothing": self.nothing,
        }

    def token(self, who: str) -> str:
        """What the form for a concern carries of this person, so that it can be kept for them."""
        person = self.people[who]
        assert person
        return store.token(person.pk, "log_concern")

    def as_case(self, thing: Thing) -> Case:
        return make.as_seen(Case(pk=thing.ids["case_id"]), self.staff.liaison)

    def case(self) -> Thing:
        """A case of the counselor's, its officer asked; three people who once were on it, or are kept from it."""
        staff, at = self.staff, self.at
        self.past = past = make.concern(staff, at=at, implicated=[self.excluded])
        case = make.case(staff, about=past, at=at)
        for person, role in ((self.former, Role.COUNSELOR), (self.substitute, Role.SRO)):
            row = workflow.add_person(
                actor=staff.counselor, case=case, person=person, role=role, reason="For a week.", at=at
            )
            workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=at)
        make.with_liaison(case, staff, at=at)
        people = ("counselor", "sro", "administrator", "liaison", "emergency")
        there = {name: frozenset({name}) for name in people}
        return self.filled(case, staff.counselor, staff.sro, staff.administrator, there)

    def case_of_a_colleague(self) -> Thing:
        """At the same school, and carried by the social worker alone."""
        staff = self.staff
        concern = make.concern(staff, at=self.at, implicated=[self.helper])
        case = workflow.open_case(
            actor=staff.social_worker,
            concern=concern,
            track="suspected_victim",
            reason="It fits.",
            at=self.at,
        )
        # The other administrator is kept from a case of the counselor's, and was let in again to this one.
        self.let_in_again(self.excluded, case, concern)
        there = {
            name: frozenset({name}) for name in ("social_worker", "administrator", "liaison", "emergency")
        }
        there["excluded"] = frozenset({"administrator"})
        seen = make.as_seen(case, staff.social_worker)
        found = self.filled(seen, staff.social_worker, self.substitute, staff.administrator, there)
        # The officer who was asked there had the case for a day, which is over: the request waits, and not for them.
        write_as_owner("UPDATE cases_caseperson SET until = since WHERE id = %s", found.ids["person_id"])
        return found

    def let_in_again(self, person: User, case: Case, concern: Concern) -> None:
        """To one case of a student, and to a concern in it, of whom another case is kept from them."""
        write_as_owner(
            "UPDATE cases_caseperson SET until = since WHERE excluded AND person_id = %s AND case_id = %s",
            *(person.pk, case.pk),
        )
        write_as_owner(
            "UPDATE cases_concernexclusion SET lifted_at = now() WHERE person_id = %s AND concern_id = %s",
            *(person.pk, concern.pk),
        )

    def case_elsewhere(self) -> Thing:
        """The same at the other school, by the people there."""
        staff = self.staff
        case = workflow.open_case(
            actor=staff.elsewhere,
            concern=self.concern_elsewhere([self.uncle]),
            track="suspected_victim",
            reason="It fits.",
            at=self.at,
        )
        # Something is asked of the district there: the student is not safe.
        there = {
            "elsewhere": frozenset({"counselor"}),
            "liaison": frozenset({"liaison"}),
            "emergency": frozenset({"emergency"}),
        }
        return self.filled(
            make.as_seen(case, staff.elsewhere), staff.elsewhere, self.officer, self.overseer, there
        )

    def filled(
        self,
        case: Case,
        counselor: User,
        officer: User,
        administrator: User,
        seen_by: dict[str, frozenset[str]],
    ) -> Thing:
        """An open case with one of everything that an address can name."""
        at = self.at
        request = make.asked_in(case, counselor, officer, at=at)
        entry = make.record(case, administrator, "impact", values=FOUND, at=at)
        make.record(
            case,
            counselor,
            "regular_contact",
            "unable",
            reason="Not at school.",
            values={"student_safe": "no"},
            at=at,
        )
        hold = workflow.suspect_parent(actor=counselor, case=case, reason="Afraid of home.", at=at)
        # Counsel has lost the case again: who they are would be another thing in each case.
        write_as_owner(
            "UPDATE cases_caseperson SET until = since WHERE role = 'counsel' AND case_id = %s", case.pk
        )
        taken = {
            "taken_at": at.replace(second=0, microsecond=0),
            "agency": "City police",
            "officer_named": "R. Roe",
        }
        custody = workflow.record_custody(actor=counselor, case=case, **taken, at=at)
        release = make.released(case, counselor, at=at)
        make.interviewed(case, counselor, at=at)
        make.paper(case, counselor, at=at)
        write_as_owner(
            "INSERT INTO cases_releasereview (id, case_id, by_id, at, last_id) VALUES (%s, %s, %s, %s, %s)",
            *(uuid4(), case.pk, self.staff.counsel.pk, at, release.pk),
        )
        contact = around.contact(case, counselor, at=at, note="Calm.", may_pick_up="yes")
        around.safety_plan(case, counselor, at=at, shared_with_sro=True)
        around.safety_plan(
            case, counselor, at=at, version=1, shared_with_sro=counselor is self.staff.counselor
        )
        workflow.record_device(actor=administrator, case=case, at=at, **around.device(at))
        make.accepted(case, counselor, at=at)
        offer = make.part(case, counselor, "offer_referral")
        workflow.follow_referral(actor=counselor, part=offer, state="began", note="Went once.", at=at)
        left = make.left_school(Student(pk=case.student_id))
        workflow.note_roster_change(
            actor=counselor, case=case, seen=roster_mark(left), reason="Others go on.", at=at
        )
        make.left_school(left, active=True)
        question = reviews.question(case, administrator, at=at)
        access = make.opened_in_emergency(case, self.reader)
        # Of the other school a student left, and nobody knows where to; each of this one is offered to somebody there.
        there = self.staff.elsewhere
        elsewhere = case.school_id == self.staff.other_school.pk
        transfer = (
            make.left(case, counselor, at=at) if elsewhere else make.offered(case, counselor, there, at=at)
        )
        with acting_as(counselor.pk):
            alert = Alert.objects.get(case=case)
            on_it = CasePerson.objects.get(case=case, person=officer, until__isnull=True)
            kept_away = CasePerson.objects.get(case=case, excluded=True, until__isnull=True)
            plan = CheckInPlan.objects.get(case=case)
        parts = {part.part: part for part in make.parts(case, counselor, run__ended_at__isnull=True)}
        ids = {
            "case_id": case.pk,
            "entry_id": entry.pk,
            "request_id": request.pk,
            "person_id": on_it.pk,
            "kept_away": kept_away.pk,
            "alert_id": alert.pk,
            "hold_id": hold.pk,
            "custody_id": custody.pk,
            "subject": alert.pk,
            "access_id": access.pk,
            "contact_id": contact.pk,
            "question_id": question.pk,
            "plan": plan.pk,
            "transfer_id": transfer.pk,
            "first_day": self.break_begins.isoformat(),
        }
        return Thing(ids, seen_by, {name: part.pk for name, part in parts.items()}, *_defined(case))

    def drill(self) -> None:
        """What a colleague is learning by: there for nobody but their twin, to whom nothing else is there."""
        at, told = self.at, "suspected_victim"
        cast = drills.begin_drill(actor=self.learner, situation=told, at=at)
        tell_what_happened(cast, told, at=at)
        with acting_as(cast.twin):
            twin, officer = User.objects.get(pk=cast.twin), User.objects.get(pk=cast.people[Role.SRO])
            concern = Concern.objects.visible_to(twin).get()
            case = workflow.open_case(actor=twin, concern=concern, track=told, reason="It fits.", at=at)
            request = make.asked_in(case, twin, officer, at=at)
            Others(twin, at=at).answer()
            case = make.as_seen(case, twin)
            contact = around.contact(case, twin, at=at, note="Calm.", may_pick_up="yes")
            around.safety_plan(case, twin, at=at)
            hold = workflow.suspect_parent(actor=twin, case=case, reason="Afraid of home.", at=at)
            unseen = {"reason": "Not at school.", "values": {"student_safe": "no"}, "at": at}
            entry = make.record(case, twin, "regular_contact", "unable", **unseen)
            alert = Alert.objects.get(case=case)
            there = School.objects.get(pk=cast.next_school)
            receiver = Membership.objects.get(school=there).person
            transfer = make.offered(case, twin, receiver, at=at)
            answers, kin = (
                User.objects.get(pk=cast.people[role]) for role in (Role.ADMINISTRATOR, Role.SOCIAL_WORKER)
            )
            question = reviews.question(case, answers, at=at)
            workflow.exclude_person(actor=twin, case=case, person=kin, reason="Related.", at=at)
            kept_away = CasePerson.objects.get(case=case, excluded=True)
            on_it = CasePerson.objects.get(case=case, person=officer, until__isnull=True)
            taken = {"taken_at": at.replace(second=0, microsecond=0), "agency": "City police"}
            custody = workflow.record_custody(actor=twin, case=case, officer_named="R. Roe", **taken, at=at)
            parts = {part.part: part.pk for part in make.parts(case, twin, run__ended_at__isnull=True)}
            plan, duty = CheckInPlan.objects.get(case=case), make.duties(twin)[0]
            self.people["twin"] = twin
            self.colleagues["drill"] = Thing(
                {
                    "user_id": officer.pk,
                    "membership_id": officer.memberships.get().pk,
                    "officers": officer.memberships.get().pk,
                }
            )
        known = {
            "case_id": case.pk, "entry_id": entry.pk, "request_id": request.pk, "alert_id": alert.pk,
            "subject": alert.pk, "hold_id": hold.pk, "contact_id": contact.pk, "plan": plan.pk,
            "transfer_id": transfer.pk, "first_day": self.break_begins.isoformat(), "person_id": on_it.pk,
            "kept_away": kept_away.pk, "custody_id": custody.pk, "question_id": question.pk,
        }  # fmt: skip
        mine = {"twin": frozenset({"counselor"})}
        ids = self.absent(self.cases["own"]).ids | known
        self.cases["drill"] = Thing(ids, mine, parts, *_defined(case))
        self.transfers["drill"] = Thing({"transfer_id": transfer.pk}, mine)
        self.duties["drill"] = Thing({"duty_id": duty.pk}, {"twin": frozenset({"twin"})})
        self.concerns["drill"] = Thing(
            {"concern_id": concern.pk}, {"twin": frozenset({"holder", "counselor"})}
        )

    def link(self, one: Thing, other: Thing) -> None:
        write_as_owner(
            "INSERT INTO cases_caselink (id, from_case_id, to_case_id, kind, made_at) VALUES (%s, %s, %s, %s, %s)",
            *(uuid4(), one.ids["case_id"], other.ids["case_id"], "targeted", self.at),
        )

    def calm(self, thing: Thing) -> None:
        counselor = self.staff.counselor
        with acting_as(counselor.pk):
            alert = Alert.objects.get(pk=thing.ids["alert_id"])
        case = self.as_case(thing)
        workflow.end_alert(actor=counselor, case=case, alert=alert, reason="At her aunt’s.", at=self.at)

    def transfer_of(self, thing: Thing) -> Thing:
        people = {who: role for who, role in thing.people.items() if who != "sro"}
        return Thing({"transfer_id": thing.ids["transfer_id"]}, people)

    def stay(self, thing: Thing) -> None:
        """The transfer is withdrawn."""
        counselor, row = self.staff.counselor, Transfer(pk=thing.ids["transfer_id"])
        workflow.withdraw_transfer(
            actor=counselor, case=self.as_case(thing), transfer=row, reason="Stays.", at=self.at
        )

    def close(self, thing: Thing) -> None:
        staff, case = self.staff, self.as_case(thing)
        self.stay(thing)
        make.reported(case, staff.counselor, at=self.at)
        make.closed(case, staff.counselor, at=self.at)

    def write_to(self, person: User, kind: str, about: str, thing: Thing) -> None:
        """A message that the worker wrote."""
        case = thing.ids.get("case_id")
        write_as_owner(
            "INSERT INTO delivery_message (id, subject, case_id, kind, due, recipient_id, level, send_after, state,"
            " attempts, next_try_at, created_at) VALUES (%s, %s, %s, %s, %s, %s, 0, %s, 'waiting', 0, %s, %s)",
            *(uuid4(), thing.ids[f"{about}_id"], case, kind, self.at, person.pk, self.at, self.at, self.at),
        )

    def colleague(self, person: User, officer: User, *kept_by: str) -> Thing:
        """Somebody of the staff, in the role in which they are there; each is kept by those who answer for it."""
        ids = {
            "user_id": person.pk,
            "membership_id": person.memberships.get().pk,
            "officers": officer.memberships.get().pk,
        }
        roles = {"excluded": "administrator"}
        return Thing(ids, {who: frozenset({roles.get(who, who)}) for who in kept_by})

    def concern_elsewhere(self, implicated: list[User] | None = None) -> Concern:
        staff = self.staff
        return make.concern(
            staff,
            author=staff.elsewhere,
            school=staff.other_school,
            student=self.stranger,
            implicated=implicated or [],
            at=self.at,
        )

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
        # The helper is kept from the case beside it alone.
        self.let_in_again(self.helper, case, concern)
        there = self._of_a_concern() | {
            "counselor": frozenset({"holder", "counselor"}),
            "administrator": frozenset({"administrator"}),
            "liaison": frozenset({"liaison"}),
        }
        return Thing({"concern_id": concern.pk}, there)

    def duty(self, person: User, who: str) -> Thing:
        """One's own duty to report, which nobody else finds."""
        return Thing({"duty_id": make.duties(person)[0].pk}, {who: frozenset({who})})

    def _of_a_concern(self) -> dict[str, frozenset[str]]:
        holder = frozenset({"holder"})
        return {"teacher": frozenset({"author"}), "counselor": holder, "social_worker": holder}


def _client(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def in_drill(client: Client, twin: User | None) -> Client:
    """Somebody's browser while they are in their drill."""
    assert twin
    session = client.session
    session[DRILL] = str(twin.pk)
    session.save()
    return client


def holidays(after: date) -> date:
    """Two weeks without school, some time after that day; returns the first day of the break that they make."""
    monday = after + timedelta(days=7 - after.weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=11))
    return monday - timedelta(days=2)


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
