"""The staff: who signs in, and in which role at which school."""

import uuid
from datetime import date
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from csec.accounts.managers import UserManager
from csec.accounts.roles import DISTRICT_ROLES, OVERSEERS, Role
from csec.directory.models import Drill, School


class User(AbstractBaseUser):
    """A member of the staff. Signs in by e-mail; there is no user name and no superuser."""

    class Language(models.TextChoices):
        # Each by its own name, whatever the page's language is.
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    # What this person reads; what the browser asks for when empty.
    language = models.CharField(max_length=5, blank=True, default="", db_default="", choices=Language)
    # Somebody in a drill: invented, or the twin as which a person is in it. Nobody signs in as them.
    drill = models.ForeignKey(Drill, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_is_unique"),
            models.CheckConstraint(
                condition=Q(language__in=["", "en", "es"]), name="accounts_user_language_is_known"
            ),
            models.CheckConstraint(
                condition=Q(drill__isnull=True)
                | Q(email__endswith=".invalid", password__startswith="!", last_login__isnull=True),  # noqa: S106
                name="accounts_user_of_a_drill_never_signs_in",
            ),
        ]

    @cached_property
    def current_memberships(self) -> list["Membership"]:
        """What this person is today, asked once per request."""
        return list(self.memberships.current().select_related("school"))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.current_memberships)

    @property
    def main_role(self) -> str:
        """The role written into the log where no case decides which one is meant."""
        return min(self.roles, key=lambda role: list(Role).index(Role(role)), default="")

    @property
    def may_sign_in(self) -> bool:
        """Not whoever has left: one who holds no role today, as with a closed account, is nobody."""
        return self.drill_id is None and bool(self.current_memberships)

    def twin_in_drill(self, twin: uuid.UUID) -> "User | None":
        """As whom this person acts in the drill that they began last; None when it is over, or its role not theirs."""
        running = User.objects.select_related("drill").filter(
            drill__person=self, drill__ended_at__isnull=True
        )
        found = running.filter(pk=twin).first()
        return found if found and found.drill and self.roles.issuperset(found.drill.roles) else None

    @property
    def reporter_only(self) -> bool:
        return self.roles <= {Role.REPORTER}

    @property
    def oversees(self) -> bool:
        """Whether they answer for a school or the district, and keep its staff."""
        return bool(self.roles & OVERSEERS)

    @property
    def is_new(self) -> bool:
        """Whether they were let in and have never signed in, nor chosen a password."""
        return self.last_login is None and not self.has_usable_password()

    @property
    def schools(self) -> list[School]:
        """The schools at which this person has a role; every school for a person of the district."""
        if self.roles & DISTRICT_ROLES:
            return list(School.objects.all())
        return list({m.school_id: m.school for m in self.current_memberships if m.school}.values())

    def has_role(self, *roles: str, school_id: uuid.UUID | None = None) -> bool:
        """Whether one of `roles` is held, at that school when one is given (or for the district)."""
        return any(
            membership.role in roles
            and (school_id is None or membership.school_id is None or membership.school_id == school_id)
            for membership in self.current_memberships
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> "MembershipQuerySet":
        """
        Those in force on a day; on PostgreSQL's today when none is given.

        Disabled accounts have none, and an officer has none without an agreement that makes them a school official.
        """
        day = on or models.functions.TruncDate(models.functions.Now())
        agreed = Q(agreed_on__lte=day) & (Q(agreed_until__isnull=True) | Q(agreed_until__gte=day))
        return self.filter(
            ~Q(role=Role.SRO) | agreed,
            Q(until__isnull=True) | Q(until__gt=day),
            since__lte=day,
            person__is_active=True,
        )


class Membership(models.Model):
    """Person x school x role, from one day until another; a district's role has no school."""

    class Receives(models.IntegerChoices):
        FIRST = 1
        BACKUP = 2

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    receives = models.PositiveSmallIntegerField(null=True, choices=Receives)
    cover = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="covers")
    # The days on which somebody of several schools is at this one (Monday is 0); every day when empty.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    # An officer's, that makes them a school official (FERPA, 34 CFR 99.31(a)(1)): from the day it was signed until the
    # day it ends. Without one no case opens to them.
    agreed_on = models.DateField(null=True)
    agreed_until = models.DateField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(Role)), name="accounts_membership_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(DISTRICT_ROLES), school__isnull=True)
                | (~Q(role__in=sorted(DISTRICT_ROLES)) & Q(school__isnull=False)),
                name="accounts_membership_has_a_school_unless_of_the_district",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="accounts_membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "school", "role"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="accounts_membership_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["school", "receives"],
                condition=Q(until__isnull=True, receives__isnull=False),
                name="accounts_one_receiver_and_one_backup_a_school",
            ),
            models.CheckConstraint(
                condition=~Q(cover=models.F("person")), name="accounts_membership_covered_by_another"
            ),
            models.CheckConstraint(
                condition=Q(agreed_until__isnull=True) | Q(agreed_until__gte=models.F("agreed_on")),
                name="accounts_membership_agreement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True) | Q(role=Role.SRO),
                name="accounts_membership_agreement_is_an_officers",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4]), name="accounts_membership_days_of_a_week"
            ),
        ]


class Away(models.Model):
    """Days on which a person is not there, both ends included: what is due goes to whoever covers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="away")
    first_day = models.DateField()
    last_day = models.DateField()
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first_day"]
        verbose_name_plural = "away"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="accounts_away_ends_after_it_begins"
            ),
        ]


class CalendarFeed(models.Model):
    """The address at which one's calendar asks for what is due; only a hash of it is kept. One at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="accounts_calendarfeed_one_each"
            ),
        ]


class Session(AbstractBaseSession):
    """Somebody who is signed in, or about to be. `expire_date` moves on with what they do, `ends_at` does not."""

    #: A digest of the key (`csec.accounts.sessions`).
    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    ends_at = models.DateTimeField()


class SignInTry(models.Model):
    """A try to sign in that was not right, or not over yet. Two digests: of the account, and of where it came from."""

    account = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "source", "at"], name="accounts_signintry_pair"),
            models.Index(fields=["source", "at"], name="accounts_signintry_source"),
        ]


class PasswordReset(models.Model):
    """
    A letter about how somebody signs in, sent by the worker, at once or after an outage.

    With a link to choose a password, for somebody who asked or was let in; or that the address is another one now.
    """

    class Kind(models.TextChoices):
        ASKED = "asked"
        INVITED = "invited"
        MOVED = "moved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # The address that somebody had before, until it has been told; their own of today when empty.
    address = models.EmailField(blank=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(sent_at__isnull=True),
                name="accounts_passwordreset_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["asked", "invited", "moved"]),
                name="accounts_passwordreset_kind_is_known",
            ),
            # A link goes nowhere but to the address of the account.
            models.CheckConstraint(
                condition=Q(address="") | Q(kind="moved"), name="accounts_passwordreset_link_goes_home"
            ),
        ]
