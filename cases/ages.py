"""How old a student is by the school's day: at 18 the rights over the record are the student's (34 CFR 99.5)."""

from datetime import date, datetime

from cases.models import Case

OF_AGE = 18


def of_age_on(born: date) -> date:
    """The day from which somebody is 18. Who was born on February 29 is so on March 1."""
    if (born.month, born.day) == (2, 29):
        return date(born.year + OF_AGE, 3, 1)
    return born.replace(year=born.year + OF_AGE)


def born(case: Case) -> date | None:
    """
    The student's date of birth as the roster has it; None where it has none, or nobody is named yet.

    Of two rows that are one student that of the kept one, and of the other where that has none.
    """
    student = case.student
    return (student.kept.birth_date or student.birth_date) if student else None


def is_of_age(case: Case, at: datetime) -> bool:
    """Whether the case's student is 18 or older on the school's day. Who has no date of birth is not taken to be."""
    return is_of_age_on(born(case), at.astimezone(case.zone).date())


def is_of_age_on(day: date | None, today: date) -> bool:
    """Whether whoever was born on that day is 18 or older."""
    return day is not None and of_age_on(day) <= today
