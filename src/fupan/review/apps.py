from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "fupan.review"
    label = "review"
