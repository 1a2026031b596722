"""Whom the district telephones: the numbers of the emergency card."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases.workflow.refusals import Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.directory.models import Agency
from csec.errors import Absent
from district import permissions
from district.workflow.typed import wrong_numbers, wrong_texts
from district.workflow.unchanged import check_version

NOT_A_KIND = _("Choose what it is.")
NOT_VERIFIED = _("Telephone this number first, and say that it is right.")
OPTIONAL = ("other_contact", "note")


@verb("agency_added")
def add_agency(
    *,
    actor: User,
    kind: str,
    name: str,
    telephone: str,
    other_contact: str,
    note: str,
    verified: bool,
    at: datetime,
) -> Agency:
    """Put a number onto the emergency card that somebody has made sure of today. Raises Invalid."""
    require(permissions.can_add_agency(actor), "add_agency", subject=actor.pk)
    row = Agency(kind=kind, name=name, telephone=telephone, other_contact=other_contact, note=note)
    _check(row, verified=verified)
    row.verified_on = permissions.day_of(at)
    last = Agency.objects.aggregate(last=Max("position"))["last"]
    row.position = 0 if last is None else last + 1
    row.save(force_insert=True)
    log("add_agency", actor=actor, subject=row.pk)
    return row


@verb("agency_changed")
def change_agency(
    *,
    actor: User,
    agency: Agency,
    kind: str,
    name: str,
    telephone: str,
    other_contact: str,
    note: str,
    verified: bool,
    at: datetime,
    version: str | None = None,
) -> Agency:
    """
    Change what the emergency card says of somebody, or say that the number was found right today.

    Another number has to be made sure of. Raises Invalid, Conflict.
    """
    require(permissions.can_change_agency(actor), "change_agency", subject=agency.pk)
    row = Agency.objects.select_for_update().filter(pk=agency.pk).first()
    if row is None:
        raise Absent("agency", agency.pk)
    check_version(row, version)
    sure = verified or telephone.strip() == row.telephone
    row.kind, row.name, row.telephone = kind, name, telephone
    row.other_contact, row.note = other_contact, note
    _check(row, verified=sure)
    if verified:
        row.verified_on = permissions.day_of(at)
    row.save(update_fields=["kind", "name", "telephone", *OPTIONAL, "verified_on"])
    log("change_agency", actor=actor, subject=row.pk)
    return row


@verb("agency_removed")
def remove_agency(*, actor: User, agency: Agency, at: datetime) -> None:
    """Take somebody off the emergency card."""
    require(permissions.can_remove_agency(actor), "remove_agency", subject=agency.pk)
    row = Agency.objects.select_for_update().filter(pk=agency.pk).first()
    if row is None:
        raise Absent("agency", agency.pk)
    log("remove_agency", actor=actor, subject=row.pk)
    row.delete()


def _check(agency: Agency, *, verified: bool) -> None:
    wrong = wrong_texts(agency, required=("name", "telephone"), optional=OPTIONAL)
    wrong = wrong_numbers(agency, "telephone") | wrong
    if agency.kind not in Agency.Kind.values:
        wrong["kind"] = NOT_A_KIND
    if not verified:
        wrong["verified"] = NOT_VERIFIED
    if wrong:
        raise Invalid(wrong)
