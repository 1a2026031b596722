"""What the district has decided for itself, and its schools."""

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.breaks import START_OF_SCHOOL_DAY
from cases.deadlines import END_OF_SCHOOL_DAY
from cases.text import Words
from cases.workflow.calendar import follow_zone
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.directory.models import District, School, validate_time_zone
from csec.errors import Absent
from district import permissions
from district.workflow.typed import wrong_numbers, wrong_texts
from district.workflow.unchanged import CHANGED, check_version
from protocols.schema import SET_BY_DISTRICT

#: Within how many minutes of school what nobody took has to climb: not at once, and not after a whole day.
SOONEST, LATEST = 5, 480
#: How many school days whoever a transfer is offered to may take to answer.
FEWEST, MOST = 1, 10
NOT_MINUTES = _("Enter a number from %(soonest)d to %(latest)d.")
#: Within how many school days a step is done for which the district sets its own time; 0 is the same school day.
SAME_DAY, MOST_SCHOOL_DAYS = 0, 10
NOT_SCHOOL_DAYS = _("Enter a number from %(fewest)d to %(most)d.")
#: After how many hours without a report those who know are asked once more: well before the 36 hours of the law.
FIRST_HOUR, LAST_HOUR = 1, 24
NOT_HOURS = _("Enter a number from %(soonest)d to %(latest)d.")
NOT_AN_EVENING = _("The night does not begin before school is over: enter 4 p.m. or later.")
NOT_A_MORNING = _("The night is over when school begins: enter 8 a.m. or earlier.")
KNOWN = _("There is a school of this name.")

#: How far ahead an offer or an accepted referral is put, in days.
MOST_DAYS = 180
NOT_DAYS = _("Enter a number of days from 1 to %(most)d.")
DAYS = ("offer_again_days", "referral_look_days", "review_days")

#: Empty where the definition of the protocol says the time.
OWN_TIMES = tuple(SET_BY_DISTRICT.values())

TEXTS = ("dispatch_number", "website_name")
SETTINGS = (
    "name",
    "emergency_number",
    *TEXTS,
    "climbs_after_minutes",
    "transfer_answered_in_days",
    *OWN_TIMES,
    *DAYS,
    "report_prompt_hours",
    "quiet_from",
    "quiet_until",
)


@verb("district_changed")
def change_district(
    *,
    actor: User,
    name: str,
    emergency_number: str,
    dispatch_number: str,
    website_name: str,
    climbs_after_minutes: int,
    offer_again_days: int,
    referral_look_days: int,
    review_days: int,
    report_prompt_hours: int,
    quiet_from: time,
    quiet_until: time,
    transfer_answered_in_days: int,
    sro_asked_in_days: int | None,
    campus_looked_at_in_days: int | None,
    at: datetime,
    version: str | None = None,
) -> District:
    """
    Set what the district decides for itself. What is due already stays as it was worked out. Raises Invalid, Conflict.

    `version` is what the settings were on the page that was opened.
    """
    require(permissions.can_change_district(actor), "change_district", subject=actor.pk)
    before = District.objects.select_for_update().first()
    check_version(before, version)
    row = before or District(pk=1)
    row.name, row.emergency_number = name, emergency_number
    row.dispatch_number, row.website_name = dispatch_number, website_name
    row.climbs_after_minutes, row.report_prompt_hours = climbs_after_minutes, report_prompt_hours
    row.transfer_answered_in_days = transfer_answered_in_days
    row.sro_asked_in_days, row.campus_looked_at_in_days = sro_asked_in_days, campus_looked_at_in_days
    row.offer_again_days, row.referral_look_days = offer_again_days, referral_look_days
    row.review_days = review_days
    row.quiet_from, row.quiet_until = quiet_from, quiet_until
    wrong = wrong_texts(row, required=("name", "emergency_number"), optional=TEXTS)
    wrong = wrong_numbers(row, "emergency_number", "dispatch_number") | wrong
    if not SOONEST <= climbs_after_minutes <= LATEST:
        wrong["climbs_after_minutes"] = NOT_MINUTES % {"soonest": SOONEST, "latest": LATEST}
    if not FEWEST <= transfer_answered_in_days <= MOST:
        wrong["transfer_answered_in_days"] = NOT_SCHOOL_DAYS % {"fewest": FEWEST, "most": MOST}
    wrong |= {
        name: NOT_SCHOOL_DAYS % {"fewest": SAME_DAY, "most": MOST_SCHOOL_DAYS}
        for name in OWN_TIMES
        if not SAME_DAY <= (getattr(row, name) or SAME_DAY) <= MOST_SCHOOL_DAYS
    }
    wrong |= {
        name: NOT_DAYS % {"most": MOST_DAYS} for name in DAYS if not 1 <= getattr(row, name) <= MOST_DAYS
    }
    if not FIRST_HOUR <= report_prompt_hours <= LAST_HOUR:
        wrong["report_prompt_hours"] = NOT_HOURS % {"soonest": FIRST_HOUR, "latest": LAST_HOUR}
    if quiet_from < END_OF_SCHOOL_DAY:
        wrong["quiet_from"] = NOT_AN_EVENING
    if quiet_until > START_OF_SCHOOL_DAY:
        wrong["quiet_until"] = NOT_A_MORNING
    if wrong:
        raise Invalid(wrong)
    try:
        with transaction.atomic():
            row.save(update_fields=SETTINGS) if before else row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(CHANGED) from None
    log("change_district", actor=actor)
    return row


@verb("school_added")
def add_school(*, actor: User, name: str, time_zone: str, at: datetime) -> School:
    """Add a school. Until somebody there receives concerns, they go to whoever answers for it. Raises Invalid."""
    require(permissions.can_add_school(actor), "add_school", subject=actor.pk)
    row = School(name=name, time_zone=time_zone)
    _check(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid({"name": KNOWN}) from None
    log("add_school", actor=actor, subject=row.pk)
    return row


@verb("school_changed")
def change_school(
    *, actor: User, school: School, name: str, time_zone: str, at: datetime, version: str | None = None
) -> School:
    """
    Change a school's name, or the zone in which its days begin and end.

    The check-ins that wait keep their day, and begin and end with it in the new zone. Raises Invalid, Conflict.
    """
    require(permissions.can_change_school(actor), "change_school", subject=school.pk)
    row = School.objects.select_for_update().filter(pk=school.pk).first()
    if row is None:
        raise Absent("school", school.pk)
    check_version(row, version)
    moved = row.time_zone != time_zone
    row.name, row.time_zone = name, time_zone
    _check(row)
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "time_zone"])
    except IntegrityError:
        raise Invalid({"name": KNOWN}) from None
    if moved:
        follow_zone(row, at)
    log("change_school", actor=actor, subject=row.pk)
    return row


def _check(school: School) -> None:
    wrong: dict[str, Words] = wrong_texts(school, required=("name",))
    try:
        validate_time_zone(school.time_zone)
    except ValidationError as error:
        wrong["time_zone"] = error.message
    if wrong:
        raise Invalid(wrong)
