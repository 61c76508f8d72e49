from django.apps import AppConfig


class ActionConfig(AppConfig):
    name = "fupan.action"
    label = "action"
