"""The roster: no case is told here."""

from csec.demo.people import Cast
from district import workflow


def lucia_may_be_entered_twice(cast: Cast) -> None:
    """A student whom the office took for a new one; the liaison compares both rows and merges them, or does not."""
    known = cast.students["lucia"]
    workflow.add_student(
        actor=cast.staff["helen"],
        school=cast.schools["birch"],
        given_name="Lucía",
        family_name="Moreno Diaz",
        birth_date=known.birth_date,
        local_id="",
        different_from=[known.pk],
        at=cast.clock.at(1, "08:20"),
    )
