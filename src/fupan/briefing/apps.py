from django.apps import AppConfig


class BriefingConfig(AppConfig):
    name = "fupan.briefing"
    label = "briefing"
