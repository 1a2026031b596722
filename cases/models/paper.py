"""A summary of a case that was made on paper: for whom, by whom, when, and by what it is known again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.releases import Release
from csec.accounts.models import User


class Paper(models.Model):
    """
    One summary on paper. The paper is kept nowhere: `digest` is the SHA-256 of its bytes, which the log has as well.

    Its id comes with the form, so that a form that is sent twice makes one. What goes out of the district is a release
    of information too. Append-only.
    """

    class Audience(models.TextChoices):
        TEAM = "team", _("The people of this case, for a meeting")
        COUNSEL = "counsel", _("The district’s legal counsel")
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        RECEIVING_SCHOOL = "receiving_school", _("The school that takes the student over")

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    audience = models.CharField(max_length=20, choices=Audience)
    digest = models.BinaryField(max_length=32)
    release = models.OneToOneField(Release, null=True, on_delete=models.PROTECT, related_name="paper")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["team", "counsel"], release__isnull=True)
                | Q(audience__in=["child_welfare", "receiving_school"], release__isnull=False),
                name="cases_paper_that_leaves_is_a_release",
            ),
        ]

    @property
    def reference(self) -> str:
        """What is printed on it, and in the name of its file: nothing but a part of its id."""
        return str(self.pk)[:8]

    @property
    def sha256(self) -> str:
        return bytes(self.digest).hex()
