from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.core.fields import EncryptedTextField
from fupan.people.models import Workspace


class Assistant(models.Model):
    """Where translations and drafts are asked for; off until somebody says otherwise."""

    workspace = models.OneToOneField(Workspace, models.CASCADE)
    active = models.BooleanField(_("in use"), default=False)
    url = models.CharField(_("address"), max_length=300)  # of an OpenAI-compatible service, up to /v1
    model = models.CharField(_("model"), max_length=120)
    key = EncryptedTextField(_("key"), blank=True)
    version = models.PositiveIntegerField(default=1)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.model
