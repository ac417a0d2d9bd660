"""The table of the assessment. It says neither who, nor when, nor what.

Everything else a person answers stays in their own browser (`assessment.answers`).
"""

from django.db import models


class SavedAnswers(models.Model):
    """Answers somebody asked us to keep, locked with a key that only their code gives.

    The locator is the primary key: a number counted up would tell the order in which rows came.
    """

    locator = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    gone_on = models.DateField(db_index=True)

    class Meta:
        verbose_name_plural = "saved answers"

    def __str__(self) -> str:
        return "saved answers"
