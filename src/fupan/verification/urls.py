from django.urls import path

from fupan.verification import views

app_name = "verification"

urlpatterns = [
    path("verdicts/", views.verdicts, name="verdicts"),
    path("verdicts/foresee/", views.foresee, name="foresee"),
    path("verdicts/of-problem/<int:number>/", views.of_problem, name="of_problem"),
    path("verdicts/of-action/<int:number>/", views.of_action, name="of_action"),
    path("verdicts/due/<int:pk>/", views.due, name="due"),
    path("verdicts/<int:pk>/", views.verdict, name="verdict"),
    path("verdicts/<int:pk>/carried/", views.say_carried, name="say_carried"),
    path("verdicts/<int:pk>/next/", views.choose_next, name="choose_next"),
]
