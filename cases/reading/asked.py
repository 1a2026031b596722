"""What is asked in the cases that somebody sees, sorted out: theirs, others', nobody's."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cases import kinds, permissions
from cases.breaks import Break
from cases.models import Alert, Case, CheckIn, SroRequest, StepPart
from cases.oncall import OnCall
from cases.reading.asked_in_review import questions_in
from cases.reading.asking import asking_cases
from cases.reading.at_once import alerts_in
from cases.reading.break_plans import BREAK_PLANS, PlannedBreak, in_break, planned_breaks, to_plan
from cases.reading.contact_now import NAMES_OF_CONTACT, name_of_contact
from cases.reading.district import late_in_schools
from cases.reading.duties import OwnDuties
from cases.reading.holders import OnCases, whom_it_waits_for
from cases.reading.links import waiting
from cases.reading.numbers import Listed, numbers_with
from cases.reading.of_parents import held, hold, is_of_age, is_still_asked, just_of_age, unread
from cases.reading.parts import asked_on, is_late
from cases.reading.transfers import transfers_with
from cases.reading.unanswered import unanswered, waiting_requests
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, OVERSEERS, RECEIVERS, Role


class Asked:
    """
    What is asked in the cases that the reader sees: first the cases, then their parts by key, sorted out here.

    In one statement PostgreSQL may ask the rule of access for every pair of a case and a part; in a statement for
    each list it asks it again and again.
    """

    def __init__(self, reader: User, at: datetime) -> None:
        self.reader, self.at = reader, at
        found = [] if reader.reporter_only else asking_cases(reader, at)
        self.by_pk = {row.pk: row for row in found if row.status != Case.Status.CLOSED or row.owed}
        self._carried_or_overseen = [case.pk for case in self.by_pk.values() if case.role in RECEIVERS]
        self.late_in_schools = late_in_schools(found, reader)
        self.held, self.unread = held(found), unread(found)
        self.transfers = transfers_with(found, reader, at)
        self.to_review = [row.pk for row in found if row.to_review and row.role in RECEIVERS]
        self.questions, self.answers = (questions_in(found, answered=done) for done in (False, True))
        self.unreviewed = [row.pk for row in found if row.unreviewed]
        self.review_days = (at - found[0].review_before).days if found else 0
        self._agencies = found[0].agencies if found else None
        self.waiting_about = waiting(found[0].waiting_about) if found else []
        self.second = [(UUID(one), UUID(other)) for one, other in found[0].second or []] if found else []
        self._today: dict[str, date] = {}

    @cached_property
    def parts(self) -> list[StepPart]:
        """The open parts, what is asked first coming first."""
        if not self.by_pk:
            return []
        until = self.at.date() + timedelta(days=1)
        found = StepPart.objects.asking(until, owed=self._owed).with_frozen()
        found = found.filter(case__in=list(self.by_pk)).order_by()
        asking = [part for part in found if self.by_pk[part.case_id].is_open or self.is_duty(part)]
        for part in filter(self.is_duty, asking):
            self.duties.put_on(part, owed=part.case_id in self._owed)
        # Asked again on its day at the school, and not before.
        asking = [
            part
            for part in asking
            if part.is_open or (part.next_on and part.next_on <= self._school_day(part))
        ]
        asking = [part for part in asking if is_still_asked(part, self.by_pk[part.case_id], self.at)]
        hold(asking, lambda part: is_of_age(self.by_pk[part.case_id], self.at))
        return sorted(asking, key=lambda part: asked_on(part, ZoneInfo(self.by_pk[part.case_id].time_zone)))

    @cached_property
    def duties(self) -> OwnDuties:
        """The reader's own duties to report."""
        return OwnDuties(self.reader, list(self.by_pk))

    @property
    def child_welfare(self) -> list[Listed]:
        """Whom to telephone with a report; it came with the cases, or with the duties."""
        return numbers_with(self._agencies or self.duties.agencies, self.at.date())

    @cached_property
    def _owed(self) -> list[UUID]:
        """The cases in which somebody's duty is open, whatever others have reported there."""
        return [pk for pk, case in self.by_pk.items() if case.owed]

    @cached_property
    def check_ins(self) -> dict[UUID, CheckIn]:
        """The contact that waits in each case."""
        waiting = CheckIn.objects.filter(case__in=list(self.by_pk), state=CheckIn.State.WAITING)
        rows = waiting.select_related("plan").annotate(break_plans=BREAK_PLANS, **NAMES_OF_CONTACT)
        return {row.case_id: row for row in rows} if self.by_pk else {}

    @cached_property
    def _break_plans(self) -> dict[UUID, list[PlannedBreak]]:
        """What was said of the breaks of each case with a contact that waits."""
        rows: dict[UUID, Any] = dict(self.check_ins)
        return {pk: planned_breaks(row.break_plans) for pk, row in rows.items()}

    @cached_property
    def _on_call(self) -> OnCall:
        return self._there.only(RECEIVERS)

    @cached_property
    def _there(self) -> OnCall:
        """Asked once for the contacts, the officers who were asked in, and those who answer for a case."""
        plans = [row.plan for row in self.check_ins.values()]
        taken = {row.taken_by_id for row in self.check_ins.values()}
        people = taken | {plan.person_id for plan in plans} | {plan.cover_id for plan in plans}
        people |= {one.person for planned in self._break_plans.values() for one in planned}
        people |= {row.officer_id for row in self._requests} | {row.cover_id for row in self._requests}
        known = [person for person in people if person]
        return OnCall(known, self.at, roles=RECEIVERS | {Role.SRO}, answering=OVERSEERS)

    @cached_property
    def _requests(self) -> list[Any]:
        seen = [case.pk for case in self.by_pk.values() if case.is_open and case.role in RECEIVERS]
        return waiting_requests(seen)

    def is_mine(self, part: StepPart) -> bool:
        """Whether the reader acts on it, in the role in which the case is seen; a contact is one person's."""
        case = self.by_pk[part.case_id]
        if self.is_duty(part):
            # Whoever records theirs on its own page alone finds it among their own duties.
            return self.duties.is_mine(part, case.role)
        check_in = self.check_ins.get(part.case_id) if part.kind in kinds.SCHEDULED else None
        if check_in is None:
            return permissions.acts_as(case.role, part)
        whose = self._whose(check_in)
        # With nobody there it is everybody's who can see to it.
        return whose == self.reader.pk if whose else case.role in RECEIVERS

    def _whose(self, check_in: CheckIn) -> UUID | None:
        """Who makes a contact that waits, today at its school; nobody where nobody is there."""
        case = self.by_pk[check_in.case_id]
        today = self._day_in(case.time_zone)
        in_it = in_break(self._break_plans[case.pk], today)
        return self._on_call.whose(check_in.plan, check_in.taken_by_id, case.school, today, in_break=in_it)

    @cached_property
    def mine(self) -> list[StepPart]:
        return [part for part in self.parts if self.is_mine(part)]

    @cached_property
    def not_mine(self) -> list[StepPart]:
        """What is asked of others in the cases that the reader carries or answers for."""
        mine = {part.pk for part in self.mine}
        return [
            part for part in self.parts if part.pk not in mine and self.by_pk[part.case_id].role in RECEIVERS
        ]

    @property
    def late_with_others(self) -> list[StepPart]:
        """What is late with others: nobody else would see that a child is forgotten."""
        alone = {part.pk for part in self.unattended}
        return [part for part in self.not_mine if part.pk not in alone and self.late(part)]

    @cached_property
    def unattended(self) -> list[StepPart]:
        """The parts for which nobody is there: in none of their roles is anybody on the case, or answers for it."""
        asks_officer = {part.case_id for part in self.parts if part.kind in kinds.ASKS_OFFICER}
        return [
            part
            for part in self.not_mine
            if not any(permissions.acts_as(role, part) for role in self._roles[part.case_id])
            # An officer is still to be asked in.
            and not (Role.SRO in part.actors and part.case_id in asks_officer)
        ]

    @cached_property
    def _roles(self) -> dict[UUID, set[str]]:
        """The roles in which somebody is there in each case, on it or answering for it."""
        overseers = self._there.in_roles(OVERSEERS)
        on = self._on_cases
        return {
            pk: on.roles(pk)
            | {
                role
                for person, role, school in overseers
                if school in (None, self.by_pk[pk].school) and not on.is_excluded(person, pk)
            }
            for pk in self._carried_or_overseen
        }

    @cached_property
    def _on_cases(self) -> OnCases:
        return OnCases(self._carried_or_overseen, self.at)

    def waits_for(self, part: StepPart) -> Words:
        """Whom it waits for, in a case that the reader carries or answers for; of a contact the cover of the day."""
        check_in = self.check_ins.get(part.case_id) if part.kind in kinds.SCHEDULED else None
        contact = name_of_contact(check_in, self._whose(check_in)) if check_in else None
        return whom_it_waits_for(part, self._on_cases.people(part.case_id), contact)

    @property
    def nobodys(self) -> list[UUID]:
        """The open cases that no counselor or social worker carries, for those who answer for them."""
        return [pk for pk in self._overseen if not self._roles[pk] & CARE_ROLES]

    @property
    def left(self) -> list[UUID]:
        """The open cases that somebody left, or is away from, with nobody in their place."""
        return [pk for pk in self._overseen if self.by_pk[pk].left]

    @property
    def elsewhere(self) -> list[UUID]:
        """The open cases whose student left, or changed school by the roster."""
        return [pk for pk in self._carried_or_overseen if self.by_pk[pk].is_open and self.by_pk[pk].elsewhere]

    @property
    def uncovered(self) -> list[UUID]:
        """The open cases whose schedule names nobody of today, or nobody who covers, for those who answer for them."""
        plans = {pk: row.plan for pk, row in self.check_ins.items()}
        here = self._on_call.works_at

        def named(pk: UUID) -> bool:
            plan, school = plans[pk], self.by_pk[pk].school
            return here(plan.person_id, school) and here(plan.cover_id, school)

        # Without a contact that waits the schedule has run out: it needs a new one.
        scheduled = {part.case_id for part in self.parts if part.kind in kinds.SCHEDULED}
        return [pk for pk in self._overseen if (not named(pk) if pk in plans else pk in scheduled)]

    @property
    def _overseen(self) -> list[UUID]:
        return [case.pk for case in self.by_pk.values() if case.is_open and case.role in OVERSEERS]

    @property
    def idle(self) -> list[UUID]:
        """The open cases in which every part has ended: to be closed, or somebody goes on."""
        asking = {part.case_id for part in self.parts}
        return [pk for pk in self._carried_or_overseen if self.by_pk[pk].is_open and pk not in asking]

    @property
    def safety(self) -> list[UUID]:
        """The open cases of which somebody said that their safety plan is looked at again by today."""
        rows = (self.by_pk[pk] for pk in self._carried_or_overseen)
        return [
            row.pk
            for row in rows
            if row.is_open and row.safety_on and row.safety_on <= self._day_in(row.time_zone)
        ]

    @cached_property
    def breaks_asked(self) -> dict[UUID, Break]:
        """The open cases with a schedule in which nobody has said yet who keeps contact in a break that is near."""
        scheduled = [self.by_pk[pk] for pk in self._carried_or_overseen if pk in self.check_ins]
        return to_plan(scheduled, self._break_plans, self.at)

    @property
    def breaks(self) -> list[UUID]:
        return list(self.breaks_asked)

    @property
    def of_age(self) -> list[UUID]:
        """The open cases whose student has just become 18, for those who carry or answer for them."""
        carried = (self.by_pk[pk] for pk in self._carried_or_overseen)
        return [row.pk for row in carried if row.is_open and just_of_age(row, self.at)]

    @property
    def alerts(self) -> list[Alert]:
        """What cannot wait, until somebody has written down what was found."""
        return alerts_in([pk for pk in self._carried_or_overseen if self.by_pk[pk].is_open])

    @property
    def unanswered(self) -> list[SroRequest]:
        """The requests that no officer has answered in time, for those who carry or answer for the case."""
        if not self._requests:
            return []
        return unanswered(self._requests, self.by_pk, self.at, self._there.only({Role.SRO}))

    def is_duty(self, part: StepPart) -> bool:
        return part.kind in kinds.DUTIES

    def late(self, part: StepPart) -> bool:
        if is_late(part, self.at, self._school_day(part)):
            return True
        owed = self.by_pk[part.case_id].owed if self.is_duty(part) else None
        # Of another's duty, late or not is all that is said.
        due = part.due_at if part.asks_reader else owed
        return owed is not None and due is not None and due < self.at

    def _school_day(self, part: StepPart) -> date:
        return self._day_in(self.by_pk[part.case_id].time_zone)

    def _day_in(self, zone: str) -> date:
        if zone not in self._today:
            self._today[zone] = self.at.astimezone(ZoneInfo(zone)).date()
        return self._today[zone]
