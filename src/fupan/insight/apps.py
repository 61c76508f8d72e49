from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "fupan.insight"
    label = "insight"
