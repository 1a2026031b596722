"""
Need-to-know as queries: `visible_to` serves lists, pages, search and messages alike.

Row-level security holds the same rule in PostgreSQL (migration `access`); both must let a row through.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from cases.kinds import ASKED_AFTER, OF_PARENTS, parent_contact
from csec.accounts.models import Membership
from csec.accounts.roles import CARE_ROLES, DISTRICT_ROLES, OVERSEERS, RECEIVERS, Role

if TYPE_CHECKING:
    from cases.models import Case, CasePerson, Concern, RecordsRequest, StepPart  # noqa: F401  (named in the strings below)
    from csec.accounts.models import User


class _IsAnyOf(Func):
    """
    Whether a key is among those that a subquery finds, which PostgreSQL asks once.

    As `IN (SELECT …)` it may be joined row by row, and the rule of access asked for every pair of a case and a
    person on one: a plan that statistics from an empty table bring about, and that takes minutes.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def _among(rows: "models.QuerySet[Any]") -> Q:
    return Q(_IsAnyOf("pk", ArraySubquery(rows.values("case"))))


class _AskedOfDistrict(Func):
    """Whether a case is among those of which something is asked of the district, which PostgreSQL finds at once."""

    template = "(%(expressions)s = ANY(ARRAY(SELECT cases_for_liaison())))"
    output_field = models.BooleanField()


def _seen_in(user: "User", rows: "models.QuerySet[CasePerson]") -> Q:
    """
    The cases of the roles that `user` has today: an SRO's at any school, as officers help each other out.

    The liaison's are also those in which something has come to be asked of the district.
    """
    schools: dict[str, list[Any]] = defaultdict(list)
    for membership in user.current_memberships:
        schools[membership.role].append(membership.school_id)
    seen = Q(pk__in=[])
    for role, at in schools.items():
        named = _among(rows.filter(role=role))
        seen |= named if role in DISTRICT_ROLES or role == Role.SRO else named & Q(school__in=at)
        if role == Role.ADMINISTRATOR:
            seen |= Q(school__in=at)
        elif role == Role.LIAISON:
            seen |= Q(_AskedOfDistrict("pk"))
    if DISTRICT_ROLES & schools.keys():
        seen |= _opened_in_emergency(user)
    return seen


def _opened_in_emergency(user: "User") -> Q:
    """Those that `user` has opened in an emergency: for some hours, to be read."""
    from cases.models import EmergencyAccess

    return _among(
        EmergencyAccess.objects.order_by().filter(
            person=user, ended_at__isnull=True, begun_at__lte=Now(), until__gt=Now()
        )
    )


def _role_on(case: str) -> Func:
    return Func(F(case), function="case_role", output_field=models.CharField())


#: By when the first duty to report that is open in a case is due; nothing where none is.
REPORT_OWED = Func(F("pk"), function="report_owed", output_field=models.DateTimeField(null=True))


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: "User") -> Self:
        """
        Cases that `user` is on, in a role still held there; those of their school for an administrator; for the
        district liaison those in which the district is asked; what somebody of the district opened in an emergency.

        Never one they are excluded from. Each carries `my_role`, the role in which it is seen.
        """
        from cases.models import CasePerson

        rows = CasePerson.objects.order_by().filter(Q(until__isnull=True) | Q(until__gt=Now()), person=user)
        return (
            self.filter(_seen_in(user, rows.filter(excluded=False, since__lte=Now())))
            .exclude(_among(rows.filter(excluded=True)))
            .annotate(my_role=_role_on("pk"))
        )

    def open(self) -> Self:
        return self.filter(status="open")

    def with_person(self, user: "User") -> Self:
        """Those that `user` is on by name, and does not see by an office alone."""
        from cases.models import CasePerson

        rows = CasePerson.objects.order_by().filter(Q(until__isnull=True) | Q(until__gt=Now()), person=user)
        return self.filter(_among(rows.filter(excluded=False, since__lte=Now())))


_UNHELD = Func(F("pk"), function="concern_unheld", output_field=models.BooleanField())


def _held(user: "User") -> Q:
    """
    Named as receiver or backup at a school where one still is; what nobody holds, the administrator and liaison.

    Never what goes past them.
    """
    receives = [m.school_id for m in user.current_memberships if m.role in RECEIVERS]
    oversees = [m.school_id for m in user.current_memberships if m.role in OVERSEERS]
    held = Q(receiver=user) | Q(backup=user)
    if None not in receives:
        held &= Q(school__in=receives)
    if oversees:
        # A role of the district goes over every school of one's side: the real ones, or those of one's drill.
        over = Q(school__drill=user.drill_id) if None in oversees else Q(school__in=oversees)
        held |= Q(_UNHELD) & over
    return held & ~_goes_past(user)


def _goes_past(user: "User") -> Q:
    from cases.models import ConcernExclusion

    return Q(pk__in=ConcernExclusion.objects.filter(person=user, lifted_at__isnull=True).values("concern"))


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: "User") -> Self:
        """
        Concerns that `user` wrote or holds, and those in a case whose care or school they carry.

        Of one that goes past them no more than what they wrote. Each carries `unheld` (it is with those who answer
        for the school as well, because its holders have left or did not take it up in time), `taken` (somebody took it
        up who works there still), `goes_past` and `case_role`, the role in which its case is seen.
        """
        from cases.models import Case, ConcernAuthor

        cases = Case.objects.visible_to(user).filter(Q(my_role__in=RECEIVERS))
        here = Membership.objects.current().filter(Q(school=OuterRef("school")) | Q(school__isnull=True))
        return self.filter(
            Q(pk__in=ConcernAuthor.objects.filter(person=user).values("concern"))
            | _held(user)
            | (Q(case__in=cases.values("pk")) & ~_goes_past(user))
        ).annotate(
            unheld=_UNHELD,
            taken=Exists(here.filter(person=OuterRef("accepted_by"), role__in=RECEIVERS)),
            goes_past=ExpressionWrapper(_goes_past(user), output_field=models.BooleanField()),
            case_role=_role_on("case"),
        )

    def held_by(self, user: "User") -> Self:
        """Those that `user` has to deal with: as receiver, as backup, or because nobody holds them any more."""
        return self.filter(_held(user))

    def written_by(self, user: "User") -> Self:
        """Those that `user` wrote; nobody else can ask for them."""
        from cases.models import ConcernAuthor

        return self.filter(pk__in=ConcernAuthor.objects.filter(person=user).values("concern"))

    def waiting(self) -> Self:
        return self.filter(status="received")

    def on_first_screen(self, user: "User", *, written: int) -> Self:
        """
        Those that `user` has to deal with, and those of their cases to which somebody else added something; and so
        many of the latest that they wrote. Each says which (`asks`, `wrote`), so that it is one query.

        What was added is asked about until somebody on the case has read it.
        """
        from cases.models import ConcernAuthor

        mine = ConcernAuthor.objects.filter(person=user).values("concern")
        added = Q(status="attached", accepted_at__isnull=True, case_role__in=RECEIVERS) & ~Q(pk__in=mine)
        latest = self.model.objects.filter(pk__in=mine).order_by("-logged_at", "id").values("pk")[:written]
        asks, wrote = added | (_held(user) & Q(status="received")), Q(pk__in=latest)
        return self.filter(asks | wrote).annotate(
            asks=ExpressionWrapper(asks, output_field=models.BooleanField()),
            wrote=ExpressionWrapper(wrote, output_field=models.BooleanField()),
        )


class CasePersonQuerySet(models.QuerySet["CasePerson"]):
    def on(self, at: datetime) -> Self:
        """Who is on a case at that moment; nobody excluded."""
        return self.of(at).filter(excluded=False)

    def of(self, at: datetime) -> Self:
        """
        Everybody who is on a case at that moment, or excluded from it.

        Each carries `works_here`, whether they still have that role there: without it the case is closed to them.
        """
        held = Membership.objects.current().filter(
            Q(school=OuterRef("case__school")) | Q(school__isnull=True) | Q(role=Role.SRO),
            person=OuterRef("person"),
            role=OuterRef("role"),
        )
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at).annotate(
            works_here=Exists(held)
        )

    def working(self, at: datetime) -> Self:
        """Who is on a case at that moment, in a role they still have there."""
        return self.on(at).filter(works_here=True)

    def carrying(self, at: datetime) -> Self:
        """The counselors and social workers who carry a case at that moment, in a role they still have there."""
        return self.working(at).filter(role__in=CARE_ROLES)


_OPEN = Q(outcome__in=["", "unable"]) | Q(repeats=True, outcome="done")


def _owed(cases: Collection[Any]) -> Q:
    """The report of the open track of those cases, in which a duty is open whatever others reported."""
    return Q(kind="report", case__in=list(cases), run__ended_at__isnull=True)


class RecordsRequestQuerySet(models.QuerySet["RecordsRequest"]):
    def visible_to(self, user: "User") -> Self:
        """
        Those that `user` logged; to counsel and the liaison all; and those about the student of a case of theirs,
        for whoever carries or answers for that case.
        """
        if DISTRICT_ROLES & user.roles:
            return self.all()
        from cases.models import Case

        # Of a student with two rows on the roster each row counts.
        kept = Coalesce("student__merged_into", "student")
        cases = Case.objects.visible_to(user).filter(Q(my_role__in=RECEIVERS), student__isnull=False)
        theirs = cases.annotate(kept=kept).values("kept")
        return self.annotate(kept=kept).filter(Q(logged_by=user) | Q(kept__in=theirs))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class StepPartQuerySet(models.QuerySet["StepPart"]):
    def open(self, *, owed: Collection[Any] = ()) -> Self:
        """
        Those that still ask something of somebody (see StepPart.is_open).

        They are of the open track: reclassifying supersedes every other. `owed` names the cases in which a duty to
        report is open: the report of their open track is among them.
        """
        return self.filter(_OPEN | _owed(owed))

    def asking(self, until: date, *, owed: Collection[Any] = ()) -> Self:
        """
        The open ones; and those that have ended and are asked again on a day until then: what was declined on the
        open track, and how goes on what was accepted, on any.
        """
        again = Q(kind__in=ASKED_AFTER, outcome__in=["declined", "done"], next_on__lte=until)
        again &= Q(outcome="done") | Q(run__ended_at__isnull=True)
        return self.filter(_OPEN | _owed(owed) | again).select_related("run")

    def with_frozen(self) -> Self:
        """Each carries `frozen`: of what concerns parents, whether a hold or an officer's custody stands before it."""
        from cases.models import Custody

        taken = Q(Exists(Custody.objects.filter(case=OuterRef("case"), ended_at__isnull=True)))
        held = Q(Func(F("case"), function="parents_frozen", output_field=models.BooleanField()))
        stands = models.Case(
            models.When(Q(kind=parent_contact.KIND) & (taken | held), then=True),
            models.When(Q(kind__in=OF_PARENTS) & taken, then=True),
            default=False,
            output_field=models.BooleanField(),
        )
        return self.annotate(frozen=stands)

    def visible_to(self, user: "User") -> Self:
        from cases.models import Case

        return self.filter(case__in=Case.objects.visible_to(user).values("pk")).annotate(
            my_role=_role_on("case")
        )
