"""Settings pages of shops, products, rates and promotions."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from fupan.commerce.models import Batch, ExchangeRate, Listing, Product, Promotion, Shop
from fupan.core.models import Event
from fupan.people.models import Member

PAGES = ["/settings/shops/", "/settings/products/", "/settings/rates/", "/settings/promotions/"]


@pytest.fixture
def bank(workspace, shop):
    product = Product.objects.create(workspace=workspace, code="A20", name="Power bank", line="Power")
    Listing.objects.create(workspace=workspace, shop=shop, product=product, sku="A20-DE", asin="B0X", title="Powerbank")
    return product


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_empty_and_filled_in_both_languages(path, language, ines, stranger, bank, signed_in):
    for member in (ines, stranger):
        with translation.override(language):
            answer = signed_in(member).get(path, headers={"accept-language": language})
        assert answer.status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/settings/products/template.csv"])
def test_who_does_not_look_after_shops_finds_none_of_it(path, mei, signed_in):
    assert signed_in(mei).get(path).status_code == 404
    assert signed_in(mei).post(path).status_code in {404, 405}


def test_a_known_site_is_a_whole_shop(ines, workspace, signed_in):
    answer = signed_in(ines).post("/settings/shops/", {"place": "Amazon.de"})
    made = Shop.objects.get(workspace=workspace)
    assert answer.status_code == 302
    assert (made.name, made.platform, made.country, made.currency) == ("Amazon.de", "amazon", "DE", "EUR")
    assert (made.timezone, made.site) == ("Europe/Berlin", "Amazon.de")
    assert Event.objects.filter(name="commerce.shop_added", actor_id=ines.pk).exists()


def test_a_site_we_do_not_know_is_asked_about(ines, signed_in):
    browser = signed_in(ines)
    answer = browser.post("/settings/shops/", {"place": "", "name": "Own site", "currency": "xxy", "timezone": "Mars"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"platform", "currency", "timezone"}
    told = {"name": "Own site", "platform": "shopify", "currency": "usd", "timezone": "UTC", "country": "us"}
    assert browser.post("/settings/shops/", told).status_code == 302
    assert Shop.objects.get(name="Own site").country == "US"


def test_a_name_is_given_once(ines, shop, shopee, signed_in):
    browser = signed_in(ines)
    again = browser.post("/settings/shops/", {"place": "Amazon.de", "name": "Amazon DE"})
    told = {"name": "Amazon DE", "platform": "shopee", "currency": "MYR", "timezone": "Asia/Kuala_Lumpur"}
    renamed = browser.post(f"/settings/shops/{shopee.pk}/", told)
    assert again.status_code == renamed.status_code == 422
    assert "There is a shop" in renamed.content.decode()


def test_a_shop_is_changed(ines, shop, signed_in):
    told = {"name": "DE", "platform": "amazon", "site": "Amazon.de", "country": "DE", "currency": "EUR",
            "timezone": "Europe/Paris"}  # fmt: skip
    assert signed_in(ines).post(f"/settings/shops/{shop.pk}/", told).status_code == 302
    shop.refresh_from_db()
    assert (shop.name, shop.timezone) == ("DE", "Europe/Paris")


def test_strangers_find_no_row(stranger, shop, bank, signed_in):
    batch = Batch.objects.create(workspace=bank.workspace, product=bank, code="2609")
    rate = ExchangeRate.objects.create(
        workspace=bank.workspace, currency="EUR", base="CNY", day=date(2026, 1, 1), rate=8
    )
    day = Promotion.objects.create(workspace=bank.workspace, name="11.11", start=rate.day, end=rate.day)
    browser = signed_in(stranger)
    for path in (f"shops/{shop.pk}/", f"products/{bank.pk}/", f"products/{bank.pk}/row/", f"promotions/{day.pk}/"):
        assert browser.get(f"/settings/{path}").status_code == 404
    for path in (f"products/{bank.pk}/batches/", f"batches/{batch.pk}/remove/", f"rates/{rate.pk}/remove/",
                 f"promotions/{day.pk}/remove/"):  # fmt: skip
        assert browser.post(f"/settings/{path}", {"code": "x"}).status_code == 404
    assert b"A20" not in browser.get("/settings/products/").content


def test_a_member_of_one_shop_sees_the_products_of_that_shop(ines, bank, shopee, signed_in):
    Member.objects.filter(pk=ines.pk).update(shop_ids=[shopee.pk])
    browser = signed_in(ines)
    assert browser.get(f"/settings/products/{bank.pk}/").status_code == 404
    assert b"A20" not in browser.get("/settings/products/").content
    assert b"A20-DE" not in browser.get("/settings/products/template.csv").content


@pytest.mark.parametrize(("asked", "found"), [("q=a20-de", True), ("q=bank", True), ("q=%25", False),
                                             ("line=Power", True), ("line=Else", False), ("open=1", True),
                                             ("sort=-supplier&page=99", True), ("sort=;drop", True)])  # fmt: skip
def test_products_are_found(asked, found, ines, bank, signed_in):
    answer = signed_in(ines).get(f"/settings/products/?{asked}")
    assert answer.status_code == 200
    assert (b"product-%d" % bank.pk in answer.content) is found


def test_a_row_is_edited_in_place(ines, bank, signed_in):
    browser, path = signed_in(ines), f"/settings/products/{bank.pk}/row/"
    htmx = {"HX-Request": "true"}
    editing = browser.get(f"{path}?edit=1", headers=htmx).content.decode()
    assert f'form="edit-{bank.pk}"' in editing
    assert "<html" not in editing
    saved = browser.post(path, {"name": "Power bank 20", "line": "Power", "supplier": "Hailan"}, headers=htmx)
    bank.refresh_from_db()
    assert (bank.name, bank.supplier) == ("Power bank 20", "Hailan")
    assert "Hailan" in saved.content.decode()
    too_long = browser.post(path, {"name": "x" * 400}, headers=htmx)
    assert too_long.status_code == 422
    assert browser.post(path, {"name": "P"}).status_code == 302  # a plain browser goes back to the list


def test_saving_the_same_records_nothing(ines, bank, signed_in):
    signed_in(ines).post(f"/settings/products/{bank.pk}/", {"name": "Power bank", "line": "Power"})
    assert not Event.objects.filter(name="commerce.product_edited").exists()


def test_a_batch_comes_and_goes(ines, bank, signed_in):
    browser = signed_in(ines)
    told = {"code": "2609", "effective_from": "2026-09-01"}
    assert browser.post(f"/settings/products/{bank.pk}/batches/", told).status_code == 302
    assert browser.post(f"/settings/products/{bank.pk}/batches/", told).status_code == 422
    batch = Batch.objects.get()
    assert b"2026-09-01" in browser.get(f"/settings/products/{bank.pk}/").content
    assert browser.post(f"/settings/batches/{batch.pk}/remove/").status_code == 302
    assert not Batch.objects.exists()
    assert {"commerce.batch_added", "commerce.batch_dropped"} <= set(Event.objects.values_list("name", flat=True))


def test_the_sheet_has_every_sku_and_no_formula(ines, bank, shop, signed_in):
    Product.objects.create(workspace=bank.workspace, code='=HYPERLINK("http://x")', name="@evil")
    browser = signed_in(ines)
    text = browser.get("/settings/products/template.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["SKU", "ASIN", "Name", "Product"]
    assert rows[1][:5] == ["A20-DE", "B0X", "Power bank", "A20", "Power"]
    assert rows[2][0].startswith("'=")
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/settings/products/template.xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1][0] == "A20-DE"
    assert browser.get("/settings/products/template.exe").status_code == 404


def test_missing_rates_are_named_until_they_are_set(ines, shop, workspace, signed_in):
    browser = signed_in(ines)
    assert browser.get("/settings/rates/").context["missing"] == ["EUR"]
    told = {"currency": "eur", "day": "2026-01-01", "rate": "7.8"}
    assert browser.post("/settings/rates/", told).status_code == 302
    assert browser.post("/settings/rates/", told | {"rate": "7.9"}).status_code == 302
    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.rate) == ("EUR", Decimal("7.9"))
    page = browser.get("/settings/rates/")
    assert page.context["missing"] == []
    assert "7.9<" in page.content.decode()
    assert browser.post(f"/settings/rates/{rate.pk}/remove/").status_code == 302
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("wrong", [{"currency": "CNY"}, {"currency": "ZZZ"}, {"rate": "0"}, {"rate": "1e99"},
                                   {"day": "tomorrow"}, {"currency": "EURO"}])  # fmt: skip
def test_a_rate_that_makes_no_sense_is_refused(wrong, ines, shop, signed_in):
    told = {"currency": "EUR", "day": "2026-01-01", "rate": "7.8"} | wrong
    answer = signed_in(ines).post("/settings/rates/", told)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)


def test_a_promotion_comes_changes_and_goes(ines, signed_in):
    browser = signed_in(ines)
    told = {"name": "11.11", "platform": "", "start": "2026-11-10", "end": "2026-11-12"}
    assert browser.post("/settings/promotions/", told).status_code == 302
    row = Promotion.objects.get()
    assert 'value="2026-11-10"' in browser.get(f"/settings/promotions/{row.pk}/").content.decode()
    early = browser.post(f"/settings/promotions/{row.pk}/", told | {"end": "2026-11-01"})
    assert early.status_code == 422
    assert browser.post(f"/settings/promotions/{row.pk}/", told | {"platform": "shopee"}).status_code == 302
    row.refresh_from_db()
    assert row.platform == "shopee"
    assert browser.post(f"/settings/promotions/{row.pk}/remove/").status_code == 302
    assert not Promotion.objects.exists()


def test_a_long_catalogue_costs_no_more_questions(ines, bank, shop, signed_in, django_assert_max_num_queries):
    Product.objects.bulk_create(
        Product(workspace=bank.workspace, code=f"P{number}", supplier=f"S{number % 9}") for number in range(130)
    )
    browser = signed_in(ines)
    with django_assert_max_num_queries(20):
        answer = browser.get("/settings/products/")
    assert len(answer.context["page"].object_list) == 50
    with django_assert_max_num_queries(12):
        assert b"A20-DE" in browser.get("/settings/products/template.csv").content
