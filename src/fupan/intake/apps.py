from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "fupan.intake"
    label = "intake"
