"""
The invented colleagues do what waits for them, so that nothing blocks whoever is in a drill.

By the same verbs as anybody, and by kind and field: no step is known by its number. What the learner could do
themselves is left to them.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import kinds, permissions, workflow
from cases.models import (
    Case,
    Concern,
    Decision,
    Outcome,
    ParentHold,
    RecordsRequest,
    ReportDuty,
    ReviewQuestion,
    SroRequest,
    StepPart,
    Transfer,
)
from cases.workflow import Conflict, Invalid
from cases.workflow.cases import parts_left_open
from cases.workflow.own_duty import fields_of
from cases.workflow.sro import answering_part, officers_for
from cases.workflow.steps import asked_fields, definition_of
from csec.accounts.models import Away, User
from csec.accounts.roles import CARE_ROLES, Role
from csec.audit.log import request_log
from csec.directory.models import Drill, School
from csec.errors import NotPermitted
from csec.identity import acting_as
from drills.situations import SITUATIONS
from drills.words import invented

T = TypeVar("T")

#: What one of them does may be what another waited for; more often than that nothing waits for anything.
ROUNDS = 6


def does(verb: Callable[..., T], *, actor: User, **given: Any) -> T:
    """One deed of one colleague: in the log a request of its own, as if they had sent it themselves."""
    with request_log():
        return verb(actor=actor, **given)


class Others:
    """Everybody of a drill but its learner's twin."""

    def __init__(self, twin: User, *, at: datetime) -> None:
        """Runs as the twin, who sees whom the drill has."""
        self.twin, self.at = twin, at
        self.people = list(User.objects.filter(drill=twin.drill_id).exclude(pk=twin.pk).order_by("name"))
        #: Whoever is away does nothing but what is their own wherever they are: to report.
        self.there = [person for person in self.people if self._is_there(person)]
        self.situation = SITUATIONS[Drill.objects.get(twin=twin).situation]
        #: What each of them did, by their names.
        self.done: dict[str, list[str]] = {}

    def answer(self) -> dict[str, list[str]]:
        """Do all that waits for them, and say what it was; at last close what the learner has come to the end of."""
        self.work()
        for person in self.there:
            self._close(person)
        return self.done

    def work(self) -> None:
        """Do all that waits for them."""
        for _round in range(ROUNDS):
            before = self._deeds()
            for person in self.people:
                self._reports(person)
            for person in self.there:
                for deed in (self._intake, self._requests, self._questions, self._transfers, self._parts):
                    deed(person)
            if self._deeds() == before:
                break

    def ask_officer(self) -> None:
        """No more than that an officer is asked in."""
        for person in self.there:
            self._parts(person, of=kinds.ASKS_OFFICER)

    def open_case(self, concern: Concern) -> Case | None:
        """Whoever receives a concern opens a case from it."""
        receiver = next((one for one in self.people if one.pk == concern.receiver_id), None)
        if receiver is None:
            return None
        confirmed = (
            {"basis": self.situation.basis, "decided_by": receiver.name} if self.situation.basis else {}
        )
        return self._try(
            _("opened a case"),
            workflow.open_case,
            actor=receiver,
            concern=concern,
            track=self.situation.track,
            reason=str(self.situation.reason),
            **confirmed,
        )

    def _is_there(self, person: User) -> bool:
        days = Away.objects.filter(person=person, withdrawn_at__isnull=True)
        return not any(row.first_day <= self._today <= row.last_day for row in days)

    @cached_property
    def _today(self) -> date:
        """The day of the drill's schools, which go by one clock."""
        return self.at.astimezone(
            School.objects.filter(drill=self.twin.drill_id).earliest("name").zone
        ).date()

    def _deeds(self) -> int:
        return sum(len(deeds) for deeds in self.done.values())

    def _try(self, what: str, verb: Callable[..., T], *, actor: User, **given: Any) -> T | None:
        """What does not go through waits: for the learner, or for another of them."""
        with suppress(Invalid, Conflict, NotPermitted):
            result = does(verb, actor=actor, at=self.at, **given)
            self.done.setdefault(actor.name, []).append(what)
            return result
        return None

    def _intake(self, person: User) -> None:
        with acting_as(person.pk):
            waiting = list(Concern.objects.waiting().filter(receiver=person, student__isnull=False))
        for concern in waiting:
            self.open_case(concern)

    def _requests(self, person: User) -> None:
        """An officer who was asked accepts, and says what came of it."""
        with acting_as(person.pk):
            asked = SroRequest.objects.select_related("part__run", "case").filter(
                officer=person, part__run__ended_at__isnull=True, case__status=Case.Status.OPEN
            )
            rows = list(asked.order_by("asked_at"))
        for request in rows:
            if request.answer == SroRequest.Answer.WAITING:
                self._try(_("accepted the request"), workflow.accept_request, actor=person, request=request)
            elif request.answer == SroRequest.Answer.ACCEPTED:
                with acting_as(person.pk):
                    part, case = answering_part(request), self._case(request.case_id, person)
                    values = self._values(case, part, person) if case else {}
                    label = definition_of(case, part).label if case else ""
                if not part.outcome:
                    self._try(
                        label,
                        workflow.report_back,
                        actor=person,
                        request=request,
                        version=part.version,
                        values=values,
                    )

    def _reports(self, person: User) -> None:
        """Each reports for themselves."""
        with acting_as(person.pk):
            mine = ReportDuty.objects.filter(person=person, ended_at__isnull=True).select_related("school")
            owed = [(duty, fields_of(duty, person, self.at)) for duty in mine]
        for duty, asked in owed:
            values = invented(asked, person, duty.school, at=self.at, moments=True)
            self._try(
                _("reported to Child Welfare Services"),
                workflow.record_report,
                actor=person,
                duty=duty,
                outcome="done",
                values=values,
            )

    def _questions(self, person: User) -> None:
        with acting_as(person.pk):
            asked = ReviewQuestion.objects.select_related("case").filter(
                answered_at__isnull=True, case__in=Case.objects.visible_to(person).open()
            )
            rows = list(asked)
        for question in rows:
            self._try(
                _("answered what was asked"),
                workflow.answer_question,
                actor=person,
                case=question.case,
                question=question,
                answer=ReviewQuestion.Answer.ANSWERED,
                words=_("Invented for a drill."),
            )

    def _transfers(self, person: User) -> None:
        with acting_as(person.pk):
            offered = list(Transfer.objects.filter(receiver=person, state=Transfer.State.OPEN))
        for transfer in offered:
            self._try(_("took the case over"), workflow.accept_transfer, actor=person, transfer=transfer)

    def _parts(self, person: User, of: Collection[str] = ()) -> None:
        for case, part in self._waiting_for(person):
            if of and part.kind not in of:
                continue
            with acting_as(person.pk):
                label = definition_of(case, part).label
                values = self._values(case, part, person)
            given: dict[str, Any] = {"part": part, "version": part.version, "values": values}
            if part.kind in kinds.ASKS_OFFICER:
                with acting_as(person.pk):
                    officers = officers_for(case, at=self.at)
                if officers:
                    self._try(label, workflow.request_sro, actor=person, officer=officers[0], **given)
            elif part.kind in kinds.SCHEDULED:
                self._try(
                    label, workflow.record_checkin, actor=person, seen=True, happened_at=self.at, **given
                )
            elif part.kind not in kinds.DONE_BY:
                self._try(
                    label, workflow.record_outcome, actor=person, outcome="done", happened_at=self.at, **given
                )

    def _waiting_for(self, person: User) -> Iterator[tuple[Case, StepPart]]:
        """What nobody has entered yet, is that person's to do and not the learner's too; each as its turn comes."""
        # An officer who declined has left the part open that asked them in.
        waits = Q(outcome="") | Q(outcome=Outcome.UNABLE, kind__in=kinds.ASKS_OFFICER)
        # A drill may last for weeks: the next contact comes on its day.
        waits |= Q(kind__in=kinds.SCHEDULED, next_on__lte=self._today)
        with acting_as(person.pk):
            seen = StepPart.objects.visible_to(person).select_related("run", "corresponds_to")
            parts = seen.filter(waits, run__ended_at__isnull=True, case__status=Case.Status.OPEN)
            found = parts.exclude(kind__in=kinds.DUTIES).order_by("case", "position")
            theirs = [one for one in found if _is_of(person, one) and not _is_of(self.twin, one)]
        for one in theirs:
            with acting_as(person.pk):
                case, part = self._case(one.case_id, person), parts.filter(pk=one.pk).first()
            if case and part and permissions.acts_on(case, part):
                yield case, part

    def _close(self, person: User) -> None:
        """Where the learner has nothing left to do and may not close the case, whoever carries it does."""
        if not person.roles & CARE_ROLES or self.twin.roles & permissions.WHO_MAY["close_case"]:
            return
        with acting_as(person.pk):
            cases = [case for case in Case.objects.visible_to(person).open() if not self._left_to_twin(case)]
            left = {case.pk: list(parts_left_open(case, self.at)) for case in cases}
        for case in cases:
            self._try(
                _("closed the case"),
                workflow.close_case,
                actor=person,
                case=case,
                outcome=Decision.Closing.NO_LONGER_NEEDED,
                reason=_("Invented for a drill."),
                last_look=_("Invented for a drill."),
                left_open={part.pk: _("Invented for a drill.") for part in left[case.pk]},
            )

    def _left_to_twin(self, case: Case) -> bool:
        with acting_as(self.twin.pk):
            owes = ReportDuty.objects.filter(person=self.twin, ended_at__isnull=True).exists()
            owes = owes or (Role.COUNSEL in self.twin.roles and self._waits_for_counsel(case))
        parts = StepPart.objects.filter(case=case, run__ended_at__isnull=True, outcome__in=["", "unable"])
        return owes or any(_is_of(self.twin, part) for part in parts.exclude(kind__in=kinds.DUTIES))

    def _waits_for_counsel(self, case: Case) -> bool:
        asked = RecordsRequest.objects.visible_to(self.twin).open()
        return asked.exists() or ParentHold.objects.filter(case=case, ended_at__isnull=True).exists()

    def _case(self, pk: Any, person: User) -> Case | None:
        found = Case.objects.visible_to(person).select_related("school", "student", "protocol", "key")
        return found.filter(pk=pk).first()

    def _values(self, case: Case, part: StepPart, person: User) -> dict[str, Any]:
        return invented(asked_fields(case, part, self.at, person), person, case.school, at=self.at)


def _is_of(person: User, part: StepPart) -> bool:
    """Whether a part is for one of somebody's roles to end."""
    return any(permissions.acts_as(role, part) for role in person.roles)
