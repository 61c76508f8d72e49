from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "fupan.notify"
    label = "notify"
