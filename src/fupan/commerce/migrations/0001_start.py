import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("base", models.CharField(max_length=3)),
                ("day", models.DateField(verbose_name="from")),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18, verbose_name="rate")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "currency", "base", "day"), name="exchange_rate_once_per_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="exchange_rate_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=120, verbose_name="code")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="name")),
                ("line", models.CharField(blank=True, max_length=120, verbose_name="product line")),
                ("supplier", models.CharField(blank=True, max_length=120, verbose_name="supplier")),
                ("carrier", models.CharField(blank=True, max_length=60, verbose_name="usual carrier")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="products", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "code"), name="product_once_per_code")],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "platform",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("amazon", "Amazon"),
                            ("shopee", "Shopee"),
                            ("lazada", "Lazada"),
                            ("tiktok", "TikTok Shop"),
                            ("ebay", "eBay"),
                            ("walmart", "Walmart"),
                            ("shopify", "Shopify"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="platform",
                    ),
                ),
                ("start", models.DateField(verbose_name="first day")),
                ("end", models.DateField(verbose_name="last day")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="promotions", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))), name="promotion_ends_after_start"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "platform",
                    models.CharField(
                        choices=[
                            ("amazon", "Amazon"),
                            ("shopee", "Shopee"),
                            ("lazada", "Lazada"),
                            ("tiktok", "TikTok Shop"),
                            ("ebay", "eBay"),
                            ("walmart", "Walmart"),
                            ("shopify", "Shopify"),
                            ("other", "Other"),
                        ],
                        default="amazon",
                        max_length=20,
                        verbose_name="platform",
                    ),
                ),
                ("site", models.CharField(blank=True, max_length=40, verbose_name="site")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("timezone", models.CharField(max_length=60, verbose_name="time zone")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shops", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="shop_once_per_name")],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="batch")),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("estimated", models.BooleanField(default=False)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="commerce.product"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("product", "code"), name="batch_once_per_code")],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sku", models.CharField(max_length=120, verbose_name="SKU")),
                ("asin", models.CharField(blank=True, max_length=40)),
                ("parent", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="title")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listings", to="commerce.product"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listings", to="commerce.shop"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shop", "sku"), name="listing_once_per_sku")],
                "indexes": [models.Index(fields=["workspace", "asin"], name="listing_by_asin")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("returned", "Returned"),
                            ("cancelled", "Cancelled"),
                            ("replacement", "Replacement"),
                        ],
                        default="shipped",
                        max_length=12,
                    ),
                ),
                (
                    "fulfilment",
                    models.CharField(
                        blank=True,
                        choices=[("platform", "By the platform"), ("seller", "By the seller"), ("", "Not told")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("buyer_key", models.CharField(blank=True, max_length=24)),
                ("placed_at", models.DateTimeField()),
                ("shipped_at", models.DateTimeField(blank=True, null=True)),
                ("promised_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("import_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="people.workspace"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="commerce.shop"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shop", "number"), name="order_once_per_number")],
                "indexes": [
                    models.Index(fields=["workspace", "number"], name="order_by_number"),
                    models.Index(fields=["import_id"], name="order_by_import"),
                    models.Index(fields=["workspace", "buyer_key"], name="order_by_buyer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160)),
                ("batch_inferred", models.BooleanField(db_default=False, default=False)),
                ("week", models.IntegerField()),
                ("units", models.IntegerField(default=1)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("returned", "Returned"),
                            ("cancelled", "Cancelled"),
                            ("replacement", "Replacement"),
                        ],
                        default="shipped",
                        max_length=12,
                    ),
                ),
                ("import_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.batch"
                    ),
                ),
                ("listing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="commerce.listing")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="commerce.order",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="people.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "key"), name="order_line_once_per_key"),
                    models.CheckConstraint(condition=models.Q(("units__gte", 0)), name="order_line_units_not_negative"),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "week"], name="order_line_by_week"),
                    models.Index(fields=["import_id"], name="order_line_by_import"),
                ],
            },
        ),
    ]
