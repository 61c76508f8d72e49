from django.urls import path

from fupan.commerce import views

app_name = "commerce"

urlpatterns = [
    path("settings/shops/", views.shops, name="shops"),
    path("settings/shops/<int:pk>/", views.shop, name="shop"),
    path("settings/products/", views.products, name="products"),
    path("settings/products/template.<str:kind>", views.products_template, name="products_template"),
    path("settings/products/<int:pk>/", views.product, name="product"),
    path("settings/products/<int:pk>/row/", views.product_row, name="product_row"),
    path("settings/products/<int:pk>/batches/", views.add_batch, name="product_batches"),
    path("settings/batches/<int:pk>/remove/", views.drop_batch, name="drop_batch"),
    path("settings/rates/", views.rates, name="rates"),
    path("settings/rates/<int:pk>/remove/", views.drop_rate, name="drop_rate"),
    path("settings/promotions/", views.promotions, name="promotions"),
    path("settings/promotions/<int:pk>/", views.promotion, name="promotion"),
    path("settings/promotions/<int:pk>/remove/", views.drop_promotion, name="drop_promotion"),
]
