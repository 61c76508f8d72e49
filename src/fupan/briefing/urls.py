from django.urls import path, register_converter

from fupan.briefing import views


class Period:
    """An ISO week (2026-W46) or a month (2026-11)."""

    regex = r"\d{4}-(?:W\d{2}|\d{2})"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Period, "period")

app_name = "briefing"

urlpatterns = [
    path("", views.today_page, name="today"),
    path("welcome/", views.welcome_page, name="welcome"),
    path("wins/", views.wins_page, name="wins"),
    path("wins.pdf", views.wins_file, name="wins_file"),
    path("reviews/", views.review_list, name="reviews"),
    path("reviews/<period:label>/", views.pack, name="pack"),
    path("reviews/<period:label>.<slug:kind>", views.pack_file, name="pack_file"),
]
