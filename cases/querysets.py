"""
Need-to-know as queries: `visible_to` serves lists, pages, search and messages alike.

Row-level security holds the same rule in PostgreSQL (migration `access`); both must let a row through.
"""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from csec.accounts.roles import Role

if TYPE_CHECKING:
    from cases.models import Case, Concern, StepPart  # noqa: F401  (named in the strings below)
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


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: "User") -> Self:
        """
        Cases that `user` is on; those of their school for an administrator, all for the district liaison.

        Never one they are excluded from. Each carries `my_role`, the role in which it is seen.
        """
        from cases.models import CasePerson

        mine = CasePerson.objects.order_by().filter(Q(until__isnull=True) | Q(until__gt=Now()), person=user)
        seen = Q(_IsAnyOf("pk", ArraySubquery(mine.filter(excluded=False, since__lte=Now()).values("case"))))
        by_school = [
            m.school_id for m in user.current_memberships if m.role == Role.ADMINISTRATOR and m.school_id
        ]
        if by_school:
            seen |= Q(school__in=by_school)
        if user.has_role(Role.LIAISON):
            seen = Q()
        return (
            self.filter(seen)
            .exclude(_IsAnyOf("pk", ArraySubquery(mine.filter(excluded=True).values("case"))))
            .annotate(my_role=Func(F("pk"), function="case_role", output_field=models.CharField()))
        )

    def open(self) -> Self:
        return self.filter(status="open")


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: "User") -> Self:
        """
        Concerns that `user` wrote, receives or backs up, and those in a case whose care or school they carry.

        Never one from which they are excluded.
        """
        from cases.models import Case, ConcernAuthor, ConcernExclusion

        cases = Case.objects.visible_to(user).filter(
            Q(my_role__in=[Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR, Role.LIAISON])
        )
        return self.filter(
            Q(receiver=user)
            | Q(backup=user)
            | Q(pk__in=ConcernAuthor.objects.filter(person=user).values("concern"))
            | Q(case__in=cases.values("pk"))
        ).exclude(pk__in=ConcernExclusion.objects.filter(person=user).values("concern"))

    def held_by(self, user: "User") -> Self:
        """Those that `user` has to deal with, as receiver or as backup."""
        return self.filter(Q(receiver=user) | Q(backup=user))

    def written_by(self, user: "User") -> Self:
        """Those that `user` wrote; nobody else can ask for them."""
        from cases.models import ConcernAuthor

        return self.filter(pk__in=ConcernAuthor.objects.filter(person=user).values("concern"))

    def waiting(self) -> Self:
        return self.filter(status="received")


class StepPartQuerySet(models.QuerySet["StepPart"]):
    def open(self) -> Self:
        """
        Those that still ask something of somebody (see StepPart.is_open).

        They are of the open track: reclassifying supersedes every other.
        """
        return self.filter(Q(outcome__in=["", "unable"]) | Q(repeats=True, outcome="done"))

    def visible_to(self, user: "User") -> Self:
        from cases.models import Case

        return self.filter(case__in=Case.objects.visible_to(user).values("pk")).annotate(
            my_role=Func(F("case"), function="case_role", output_field=models.CharField())
        )
