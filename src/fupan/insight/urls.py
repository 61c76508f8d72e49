from django.urls import path

from fupan.insight import views

app_name = "insight"

urlpatterns = [
    path("insight/", views.metrics, name="metrics"),
    path("insight/products/", views.products, name="products"),
    path("insight/products/<int:pk>/", views.product, name="product"),
    path("settings/targets/", views.targets, name="targets"),
    path("settings/targets/<int:pk>/drop/", views.drop_target, name="drop_target"),
]
