from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "fupan.demo"
    label = "demo"
