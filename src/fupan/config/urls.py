from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from fupan.config.api import api
from fupan.config.problems import nothing_here
from fupan.config.views import api_docs


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health/", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("api/v1/docs", api_docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", nothing_here, name="api_nothing"),
    path("", include("fupan.people.urls")),
    path("", include("fupan.notify.urls")),
    path("", include("fupan.commerce.urls")),
    path("", include("fupan.intake.urls")),
    path("", include("fupan.desk.urls")),
    path("", include("fupan.library.urls")),
    path("", include("fupan.insight.urls")),
    path("", include("fupan.review.urls")),
    path("", include("fupan.action.urls")),
    path("", include("fupan.verification.urls")),
    path("", include("fupan.briefing.urls")),
    path("", include("fupan.demo.urls")),
]
