"""Facts of the school's that went into the law enforcement website left the school: that is written down as such."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.kinds import website
from cases.models import Case, Outcome, Release, StepPart
from cases.workflow.entries import Written
from cases.workflow.releases import keep_release
from csec import languages
from csec.accounts.models import User
from csec.directory.models import District

#: Where the district has not named it.
WEBSITE = _("Law enforcement website")
MINIMUM = _("The minimum of facts")
#: What they need it for: the printed step enters it so that law enforcement can look for the student and protect them.
PURPOSE = _("For law enforcement, to find and protect the student")
NO_BASIS_KEPT = _("As entered with the step")
CORRECTED = _("The entry about the website of that day was corrected.")

#: The basis of a release, by the answer about the entry; any other is named with the interest.
_BASES = {"consent": Release.Basis.CONSENT, "court_order": Release.Basis.COURT_ORDER}


def keep_what_was_given(case: Case, part: StepPart, written: Written, *, actor: User, at: datetime) -> None:
    """
    After an entry about the website with facts of the school's: of which kinds, and on which basis.

    A correction is kept beside the first: whoever enters does not read the list of what left.
    """
    from_school = written.values.get(website.USED) == website.FROM_SCHOOL
    if part.kind not in kinds.ON_WEBSITE or written.outcome != Outcome.DONE or not from_school:
        return
    basis = str(written.values.get(website.BASIS) or "")
    district = District.objects.first()
    with languages.of_the_record():
        definition = case.protocol.definition
        asked = definition.fields_of(definition.part(part.run.track, part.part))
        labels = {(field.name, choice.value): choice.label for field in asked for choice in field.choices}
        given = [labels.get((website.GIVEN, one), one) for one in written.values.get(website.GIVEN) or []]
        named = "" if basis in _BASES else labels.get((website.BASIS, basis), basis) or str(NO_BASIS_KEPT)
        interest = f"{PURPOSE}: {named}" if named else str(PURPOSE)
        interest = f"{interest} ({CORRECTED})" if written.corrects else interest
        what = ", ".join(given) or str(MINIMUM)
        recipient = (district.website_name if district else "") or str(WEBSITE)
    keep_release(
        case,
        actor=actor,
        at=at,
        left_at=written.happened_at,
        recipient_kind=Release.Recipient.LAW_ENFORCEMENT,
        recipient=recipient,
        what=what,
        basis=_BASES.get(basis, Release.Basis.OTHER),
        interest=interest,
    )
