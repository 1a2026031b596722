"""Who reviews a case, who answers what a review asks, and who reads both."""

from django.db import connection

from cases.models import Case, ReviewQuestion
from cases.permissions.table import OF_REVIEWS, WHO_MAY
from csec.accounts.models import Membership, User
from csec.accounts.roles import CARE_ROLES, Role

#: Whose a question is to answer, by whom it is put to: of the section that it is about nobody else reads.
ANSWERED_BY = {
    ReviewQuestion.To.CARRIER: CARE_ROLES,
    ReviewQuestion.To.SRO: frozenset({Role.SRO}),
}


def administered(actor: User) -> list[Membership]:
    """The schools for which somebody answers by office."""
    return [one for one in actor.current_memberships if one.role in WHO_MAY["review_case"]]


def can_read_reviews(actor: User, case: Case) -> bool:
    """Whoever carries or answers for the case, and counsel; the officer what they were asked."""
    return case.my_role in OF_REVIEWS


def can_review_case(actor: User, case: Case) -> bool:
    """
    An administrator of the school, also one who carries the case; the liaison while nobody there answers for it.

    At a small school that is one person, and nobody else could.
    """
    if case.my_role in CARE_ROLES:
        return any(one.school_id == case.school_id for one in administered(actor))
    if case.my_role != Role.LIAISON:
        return case.my_role in WHO_MAY["review_case"]
    with connection.cursor() as cursor:
        # Whoever answers for the case at the school PostgreSQL knows: those kept from it count for nobody.
        cursor.execute("SELECT may_review_case(%s)", [case.pk])
        return bool(cursor.fetchone()[0])


def can_answer_question(actor: User, case: Case, question: ReviewQuestion) -> bool:
    return case.my_role in ANSWERED_BY[ReviewQuestion.To(question.put_to)]
