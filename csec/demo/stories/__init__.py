"""
The stories of the demo, each told through the verbs. They follow the parts of the protocol as it is shipped.

Told by school; within a school, first what is new.
"""

from collections.abc import Callable

from csec.demo.people import Cast
from csec.demo.stories import alder, birch, cedar, recruiting, roster

Story = Callable[[Cast], None]

STORIES: tuple[Story, ...] = (
    alder.avery_is_new_and_nobody_has_called_yet,
    alder.maya_was_not_seen_when_she_should_have_been,
    alder.nadia_was_suspected_and_is_confirmed,
    alder.tessa_is_a_new_concern,
    recruiting.jordan_may_be_recruiting,
    recruiting.devon_was_not_recruiting,
    birch.finley_declines_a_referral,
    birch.two_people_saw_the_same_about_lucia,
    birch.hana_was_helped_and_her_case_is_closed,
    birch.a_student_is_not_known_yet,
    birch.a_concern_about_owen_ended_without_a_case,
    cedar.camilas_case_is_almost_done,
    cedar.the_officer_could_not_come_for_riley,
    cedar.a_concern_goes_past_a_relative,
    roster.lucia_may_be_entered_twice,
)
