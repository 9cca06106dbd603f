"""What was answered to requests that may come twice."""

from django.db import models

from crm.integrations.models.integration import Integration


class Answer(models.Model):
    """The answer to a POST with an ``Idempotency-Key``, for when it comes again. The row is written in the
    transaction of what was done, so there is an answer exactly if it was done."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    request = models.CharField(max_length=64)
    """SHA-256 of method, address and body: another request under the same key is refused."""
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration", "key"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.key}"
