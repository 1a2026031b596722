"""What is known of how a student is safe, offered to whoever hands them over and takes out what is not needed."""

from typing import Any

from django.utils.translation import gettext as _

from cases.kinds import contact
from cases.models import Case, Decision, SafetyPlan, StepPart
from cases.reading.around import LABELS
from cases.reading.parts import typed_before

#: What of a plan goes along with the student; the rest is of the school that made it.
GOES_ALONG = ("arrival", "route", "avoid", "danger")


def known_of_safety(case: Case, *, inside: bool) -> str:
    """
    The plan in force, as far as the reader sees it, and within the district the way of contact that is safe.

    Nothing of a plan that was made for another student than the case's.
    """
    plan = SafetyPlan.objects.filter(case=case, replaced_at=None).first()
    if plan:
        named = Decision.objects.filter(case=case, kind=Decision.Kind.STUDENT_CORRECTED, at__gt=plan.set_at)
        plan = None if named.exists() else plan
    words: dict[str, Any] = plan.words(case.key) if plan else {}
    lines = [f"{LABELS[name]}: {words[name]}" for name in GOES_ALONG if words.get(name)]
    if words.get("pick_up"):
        names = ", ".join(name for _who, name in words["pick_up"])
        lines.append(_("May pick up the student: %(names)s") % {"names": names})
    part = StepPart.objects.filter(case=case, kind=contact.KIND, run__ended_at__isnull=True).first()
    if inside and part and (way := typed_before(case, part).get(contact.SAFE_WAY)):
        lines.append(_("Contact only this way: %(way)s") % {"way": way})
    return "\n".join(lines)
