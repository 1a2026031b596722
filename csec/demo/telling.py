"""How a story is told: sentences that each call one verb of `cases.workflow`, at the moment it happened."""

from datetime import date, datetime, timedelta
from typing import Any

from cases import kinds, workflow
from cases.breaks import breaks
from cases.models import (
    BreakPlan,
    Case,
    CaseReview,
    CheckIn,
    Concern,
    Contact,
    Entry,
    Outcome,
    SroRequest,
    StepPart,
)
from cases.models.around import PERMISSIONS
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.demo.people import Cast
from csec.demo.reporting import others_confirm
from csec.identity import acting_as


class CaseStory:
    """One case. Its methods are sentences: who does what, when."""

    def __init__(
        self,
        cast: Cast,
        concern: Concern,
        *,
        opened_by: str,
        track: str,
        reason: str,
        at: datetime,
        **confirmed: Any,
    ) -> None:
        self.cast = cast
        self.case: Case = workflow.open_case(
            actor=cast.staff[opened_by], concern=concern, track=track, reason=reason, at=at, **confirmed
        )
        self._request: SroRequest | None = None

    def answers(self, who: str, review: CaseReview, to: str, at: datetime, words: str) -> None:
        """Answer what a review asked."""
        actor = self.cast.staff[who]
        with acting_as(actor.pk):
            row = review.questions.get(put_to=to)
        workflow.answer_question(
            actor=actor, case=self.case, question=row, answer="answered", words=words, at=at
        )

    def decides(self, who: str, at: datetime, step: str = "contact", **values: Any) -> Entry:
        """Decide whether to contact a parent; without anything else said there is no sign, and nobody was asked."""
        given = {"parent_suspected": "no_sign", "advice_from": "not_asked"} | values
        name = self.cast.staff[who].name
        return self.does(who, "decide_contact", at, parent_step=step, decided_by=name, **given)

    def does(
        self,
        who: str,
        part: str,
        at: datetime,
        *,
        outcome: str = Outcome.DONE,
        happened: datetime | None = None,
        reason: str = "",
        again: date | None = None,
        **values: Any,
    ) -> Entry:
        """
        Enter how a part of a step ended; `again` is the day on which it asks again.

        A check-in over a break keeps to its schedule instead, which knows how far apart two may lie.
        """
        actor = self.cast.staff[who]
        row = self._part(actor, part=part)
        if row.kind in kinds.SCHEDULED:
            if again and self.cast.clock.is_broken(happened or at, again):
                again = None
            return workflow.record_checkin(
                actor=actor,
                part=row,
                version=row.version,
                seen=outcome == Outcome.DONE,
                happened_at=happened or at,
                values=values,
                reason=reason,
                next_on=again,
                at=at,
            )
        return workflow.record_outcome(
            actor=actor,
            part=row,
            version=row.version,
            outcome=outcome,
            happened_at=happened or at,
            values=values,
            reason=reason,
            review_on=again,
            at=at,
        )

    def follows(self, who: str, at: datetime, state: str, note: str, *, again: date | None = None) -> None:
        """How the referral that was accepted goes."""
        actor = self.cast.staff[who]
        workflow.follow_referral(
            actor=actor,
            part=self._part(actor, kind=kinds.referral.KIND),
            state=state,
            note=note,
            next_on=again,
            at=at,
        )

    def corrects(
        self, who: str, entry: Entry, at: datetime, *, reason: str, happened: datetime, **values: Any
    ) -> Entry:
        """Enter again what was entered wrongly."""
        return workflow.correct_entry(
            actor=self.cast.staff[who],
            entry=entry,
            outcome=entry.outcome,
            happened_at=happened,
            values=values,
            reason=reason,
            at=at,
        )

    def plans(
        self,
        who: str,
        at: datetime,
        *,
        cover: str = "",
        rhythm: Rhythm | None = None,
    ) -> None:
        """Set the schedule from the contact that waits on: by `who`, and who covers; weekly unless said otherwise."""
        actor = self.cast.staff[who]
        with acting_as(actor.pk):
            waiting = CheckIn.objects.get(case=self.case, state=CheckIn.State.WAITING)
        workflow.plan_checkins(
            actor=actor,
            case=self.case,
            rhythm=rhythm or Rhythm.every_days(7),
            first_on=max(waiting.due_on, at.astimezone(self.cast.clock.zone).date()),
            person=actor,
            cover=self.cast.staff[cover] if cover else None,
            at=at,
        )

    def plans_next_break(self, who: str, at: datetime, *, outside: str, how: str) -> None:
        """Child Welfare Services goes on in the next break, and the school on the first day after it."""
        today = at.date()
        coming = breaks(self.cast.clock.closed, since=today, until=today + timedelta(days=300))
        break_ = next(one for one in coming if one.first_day > today)
        workflow.plan_break(
            actor=self.cast.staff[who],
            case=self.case,
            break_=break_,
            who=BreakPlan.Who.CHILD_WELFARE,
            outside=outside,
            how=how,
            first_contact_on=break_.first_school_day_after,
            at=at,
        )

    def asks(self, who: str, officer: str, at: datetime, needs: str) -> None:
        """Ask an officer in, with the minimum that the officer needs to know."""
        actor = self.cast.staff[who]
        row = self._part(actor, kind="sro_request")
        self._request = workflow.request_sro(
            actor=actor,
            part=row,
            version=row.version,
            officer=self.cast.staff[officer],
            values={"sro_needs_to_know": needs},
            at=at,
        )

    def accepts(self, at: datetime) -> None:
        """The officer who was asked takes it on."""
        workflow.accept_request(actor=self.request.officer, request=self.request, at=at)

    def declines(self, at: datetime, reason: str) -> None:
        workflow.decline_request(actor=self.request.officer, request=self.request, reason=reason, at=at)

    def reports_back(self, at: datetime, word: str, **values: Any) -> None:
        """What came of it, in one of the four words."""
        officer = self.request.officer
        row = self._part(officer, kind="sro_response")
        workflow.report_back(
            actor=officer,
            request=self.request,
            version=row.version,
            values={"report_back": word, **values},
            at=at,
        )

    def attaches(self, who: str, concern: Concern, at: datetime, reason: str) -> None:
        workflow.attach_concern(
            actor=self.cast.staff[who], concern=concern, case=self.case, reason=reason, at=at
        )

    def adds(self, who: str, person: str, role: str, at: datetime, reason: str) -> None:
        workflow.add_person(
            actor=self.cast.staff[who],
            case=self.case,
            person=self.cast.staff[person],
            role=role,
            reason=reason,
            at=at,
        )

    def meets(
        self, who: str, name: str, relation: str, at: datetime, *, telephone: str = "", **answers: str
    ) -> Contact:
        """Somebody around the student is entered; what is not answered is not known yet."""
        return workflow.add_contact(
            actor=self.cast.staff[who],
            case=self.case,
            relation=relation,
            name=name,
            telephone=telephone,
            answers=dict.fromkeys(PERMISSIONS, "unknown") | answers,
            at=at,
        )

    def keeps_safe(self, who: str, at: datetime, *, review_on: date, **plan: Any) -> None:
        """The safety plan, made with the student, for the team to read."""
        workflow.set_safety_plan(
            actor=self.cast.staff[who],
            case=self.case,
            version=0,
            agreed=True,
            shared_with_sro=False,
            review_on=review_on,
            at=at,
            **plan,
        )

    def suspects(self, who: str, at: datetime, reason: str) -> None:
        """A parent may be involved: contact with parents is frozen until legal counsel ends the freeze."""
        workflow.suspect_parent(actor=self.cast.staff[who], case=self.case, reason=reason, at=at)

    def reclassifies(self, who: str, to: str, at: datetime, *, reason: str, **confirmed: str) -> None:
        workflow.reclassify(
            actor=self.cast.staff[who], case=self.case, to=to, reason=reason, at=at, **confirmed
        )

    def closes(self, who: str, outcome: str, at: datetime, *, reason: str, open_because: str = "") -> None:
        """Close the case; what is still open stays so for one reason."""
        others_confirm(self.cast, at, case=self.case)
        actor = self.cast.staff[who]
        with acting_as(actor.pk):
            open_parts = StepPart.objects.filter(
                case=self.case, run__ended_at__isnull=True, outcome__in=["", Outcome.UNABLE]
            )
            left = {part.pk: open_because for part in open_parts}
        workflow.close_case(
            actor=actor,
            case=self.case,
            outcome=outcome,
            reason=reason,
            left_open=left,
            last_look=reason,
            at=at,
        )

    @property
    def request(self) -> SroRequest:
        if self._request is None:
            raise LookupError("No officer was asked in this story.")
        return self._request

    def _part(self, actor: User, **where: str) -> StepPart:
        with acting_as(actor.pk):
            return StepPart.objects.select_related("run", "case").get(
                case=self.case, run__ended_at__isnull=True, **where
            )
