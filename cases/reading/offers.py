"""The verbs that a reader of a case may do to a part of a step, with the words of their buttons."""

from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.kinds import victim_screen
from cases.models import Case, Outcome, SroRequest
from cases.reading.parts import EntryView, PartView
from cases.workflow.links import RECRUITER
from csec.accounts.models import User


def offer(case: Case, reader: User, view: PartView) -> None:
    """The verbs that the reader may do to a part, with the words of their buttons."""
    if view.row.kind in kinds.SCHEDULED:
        _offer_contact(case, reader, view)
        return
    own_verb = kinds.DONE_BY.get(view.row.kind)
    asks = view.row.is_open and view.row.asks_reader is not False
    if view.row.owed and view.row.asks_reader is None:
        # Others' duties are left, and the reader has none: it asks them while nobody has reported.
        asks = view.row.outcome in ("", Outcome.UNABLE)
    if asks and permissions.acts_on(case, view.row):
        if own_verb == "request_sro":
            view.actions.append(("request_sro", _("Ask the SRO")))
        if own_verb:
            view.actions.append(("record_outcome", _("Unable so far")))
        else:
            view.actions.append(("record_outcome", _("Record")))
    elif kinds.asked_anew(view.row.kind, view.row.outcome, view.row.progress) and permissions.acts_on(
        case, view.row
    ):
        view.actions.append(("record_outcome", _("Offer again")))
    follow(case, reader, view)
    latest = view.entries[-1:]
    if view.row.kind in kinds.DUTIES:
        # Each corrects their own, whatever others entered after it.
        latest = [one for one in view.entries if not one.restricted][-1:] or latest
    for one in latest:
        if _leads_to_concern(case, reader, view, one):
            view.actions.append(("open_targeted_case", _("Record a concern for this student")))
        if one.row.outcome not in (Outcome.SUPERSEDED, Outcome.REOPENED) and not own_verb:
            one.mine_to_correct = permissions.can_correct_entry(reader, case, view.row, one.row)
            one.opens_again = permissions.only_opens_again(reader, one.row)
            if one.opens_again and view.row.asks_reader is not None:
                # It asks the reader themselves already, or did.
                one.mine_to_correct = False


def follow(case: Case, reader: User, view: PartView) -> None:
    """How an accepted referral goes is asked until it ends, also of a track that was reclassified meanwhile."""
    if view.row.progress in kinds.referral.GOES_ON and permissions.can_follow_referral(
        reader, case, view.row
    ):
        view.actions.append(("follow_referral", _("How it goes")))


def _leads_to_concern(case: Case, reader: User, view: PartView, latest: EntryView) -> bool:
    """Whether a student suspected of recruiting could be a victim too, and the reader may record that."""
    if view.row.kind != victim_screen.KIND or case.track != RECRUITER or case.student_id is None:
        return False
    if not permissions.can_open_targeted_case(reader, case) or not hasattr(latest.row, "evidence"):
        return False
    return victim_screen.leads_to_concern(latest.row.outcome, latest.row.evidence.facts(case.key))


def _offer_contact(case: Case, reader: User, view: PartView) -> None:
    if permissions.can_record_checkin(reader, case, view.row):
        view.actions.append(("record_checkin", _("Record a check-in")))
        view.anothers = not permissions.acts_on(case, view.row)
    latest = view.entries[-1] if view.entries else None
    if latest and latest.row.outcome != Outcome.SUPERSEDED:
        latest.mine_to_correct = permissions.can_correct_entry(reader, case, view.row, latest.row)


def answer(case: Case, reader: User, views: list[PartView]) -> None:
    """The officer's own verbs stand at the part that answers, for the request at the part that asks."""
    asking = next((view for view in views if view.request), None)
    if asking is None or asking.request is None or not case.is_open:
        return
    request = asking.request
    for view in views:
        if kinds.DONE_BY.get(view.row.kind) != "report_back" or view.row.run.ended_at is not None:
            continue
        view.request = request
        mine = permissions.can_accept_request(reader, case, request)
        view.actions = []
        if mine and request.answer == SroRequest.Answer.WAITING:
            view.actions = [("accept_request", _("Accept")), ("decline_request", _("Decline"))]
        elif mine and request.answer == SroRequest.Answer.ACCEPTED:
            view.actions = [("report_back", _("Report back"))]
