"""What comes along with a case, in one query: what cannot wait, what stands in the way, and whom to telephone."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, Func, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from cases.models import Alert, Case, Custody, EmergencyAccess, ReviewQuestion, Transfer
from cases.querysets import REPORT_OWED
from cases.reading.asking import ELSEWHERE
from cases.reading.duties import own_duty
from cases.reading.links import WAITING_ABOUT
from cases.reading.numbers import CHILD_WELFARE
from csec.accounts.models import User
from csec.directory.models import District

_ALERTS = ArraySubquery(
    Alert.objects.filter(case=OuterRef("pk")).values(
        row=JSONObject(
            **{name: name for name in ("id", "kind", "at", "taken_at", "ended_at", "sealed")},
            taken_by="taken_by__name",
            ended_by="ended_by__name",
        )
    )
)

# Opened in an emergency and not looked at yet; row-level security shows it to whoever may know.
_EMERGENCIES = ArraySubquery(
    EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).values(
        row=JSONObject(
            id="id", who="person__name", whose="person", at="begun_at", until="until", review_by="review_by"
        )
    )
)

# For the line that stands first on every page of a case.
EMERGENCY_NUMBER = Subquery(District.objects.values("emergency_number")[:1])
# What stands between the school and the parents, told to everybody who may open the case.
_PARENTS = {
    "parents_frozen": Func("pk", function="parents_frozen", output_field=BooleanField()),
    "in_custody": Exists(Custody.objects.filter(case=OuterRef("pk"), ended_at__isnull=True)),
}

# From where the case came, where it went, and what waits of a move; row-level security keeps it from the officer.
_TRANSFERS = ArraySubquery(
    Transfer.objects.filter(Q(case=OuterRef("pk")) | Q(new_case=OuterRef("pk")))
    .exclude(state__in=[Transfer.State.REFUSED, Transfer.State.WITHDRAWN, Transfer.State.ACKNOWLEDGED])
    .values(
        row=JSONObject(
            **{name: name for name in ("kind", "state", "new_case")},
            from_school="from_school__name",
            to_school="to_school__name",
            receiver="receiver__name",
        )
    )
)

_ELSEWHERE = Func("pk", function="case_goes_on_elsewhere", output_field=BooleanField())

# What a review asked and nobody has answered, of the officer what was put to them.
_QUESTION_WAITS = Exists(ReviewQuestion.objects.filter(case=OuterRef("pk"), answered_at__isnull=True))


def come_along(case: Case, reader: User) -> bool:
    """
    Put on the case what each of its pages says first, by the names that the modules which say it read.

    Asked once it is known that the reader may open the case: of most who are turned away it would be the dearest part.
    False when the case was taken from them meanwhile.
    """
    beside = Case.objects.filter(pk=case.pk).annotate(
        alerts_kept=_ALERTS,
        emergencies=_EMERGENCIES,
        transfers_kept=_TRANSFERS,
        goes_on_elsewhere=_ELSEWHERE,
        emergency_number=EMERGENCY_NUMBER,
        elsewhere=ELSEWHERE,
        waiting_about=WAITING_ABOUT,
        child_welfare=CHILD_WELFARE,
        **_PARENTS,
        report_owed=REPORT_OWED,
        **own_duty(reader),
        question_waits=_QUESTION_WAITS,
    )
    found = beside.values(*beside.query.annotations).first()
    for name, value in (found or {}).items():
        setattr(case, name, value)
    return found is not None
