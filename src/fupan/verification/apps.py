from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "fupan.verification"
    label = "verification"
