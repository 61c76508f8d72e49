from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health/", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("", include("fupan.people.urls")),
    path("", include("fupan.notify.urls")),
    path("", include("fupan.commerce.urls")),
    path("", include("fupan.intake.urls")),
    path("", include("fupan.desk.urls")),
    path("", include("fupan.insight.urls")),
    path("", include("fupan.briefing.urls")),
]
