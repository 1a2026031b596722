"""What somebody may do that is about no case: days away, a feed, an absence."""

from csec.accounts.models import Membership, User
from csec.accounts.roles import CASE_ROLES, OVERSEERS


def may_enter_away_for(actor: User) -> list[User]:
    """Oneself first; for an administrator the staff of their schools, for the liaison everybody."""
    at = [m.school_id for m in actor.current_memberships if m.role in OVERSEERS]
    if not at:
        return [actor]
    current = Membership.objects.current()
    colleagues = current if None in at else current.filter(school__in=at)
    rest = User.objects.filter(pk__in=colleagues.values("person")).exclude(pk=actor.pk)
    return [actor, *rest]


def can_enter_away(actor: User, person: User) -> bool:
    return person in may_enter_away_for(actor)


def can_make_feed(actor: User) -> bool:
    """Whoever works on cases."""
    return bool(actor.roles & CASE_ROLES)


def can_report_absence(actor: User) -> bool:
    """Any member of the staff."""
    return bool(actor.roles)
