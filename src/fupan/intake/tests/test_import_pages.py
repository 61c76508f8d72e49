"""The import wizard in the browser: files in, dry run, import, undo."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from fupan.commerce.models import Batch, Listing, OrderLine, Product, Shop
from fupan.core import sheets
from fupan.core.models import Event
from fupan.intake.models import Coverage, Import, ImportState, Mapping, Received
from fupan.people.models import Member

ORDERS = (
    "amazon-order-id\tpurchase-date\torder-status\tsales-channel\tsku\tasin\tquantity\tcurrency\titem-price\tship-country\n"
    "302-1111111-1111111\t2026-11-02T10:00:00+00:00\tShipped\tAmazon.de\tA20\tB0A\t2\tEUR\t39.90\tDE\n"
    "302-2222222-2222222\t2026-11-09T10:00:00+00:00\tShipped\tAmazon.de\tA20\tB0A\t1\tEUR\t19.95\tDE\n"
    "1.11E+16\t2026-11-09T10:00:00+00:00\tShipped\tAmazon.de\tA20\tB0A\t1\tEUR\t19.95\tDE\n"
)
RETURNS = (
    "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\treason\t"
    "status\tlicense-plate-number\tcustomer-comments\n"
    "2026-11-12T08:00:00+00:00\t302-1111111-1111111\tA20\tB0A\tX1\tPower bank\t1\tDTM2\tDEFECTIVE\tDEFECTIVE\t"
    "Unit returned to inventory\tLPN1\tdoes not charge, mail me at jo@example.com\n"
)
SHEET = (
    "流水号,买的啥,哪天来的,说了什么,电话\n7,A20,2026-11-03,充不进电,13800000000\n8,A20,2026-11-31,坏了,13900000000\n"
)


def sent(text, name="file.txt"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def upload(browser, *files, **more):
    return browser.post("/settings/imports/new/", {"files": list(files), **more})


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return out.getvalue()


@pytest.fixture
def browser(ines, workspace, signed_in):
    workspace.language = "en"
    workspace.save()
    return signed_in(ines)


def test_a_dry_run_counts_and_writes_nothing(browser, workspace):
    answer = upload(browser, sent(ORDERS, "orders.txt"), sent(RETURNS, "returns.txt"))
    first = Import.objects.order_by("pk").first()
    assert answer["Location"] == f"/settings/imports/{first.pk}/"
    page = browser.get(answer["Location"])
    text = page.content.decode()
    assert "Dry run: nothing has been written yet" in text
    assert page.context["upload"].counts["fresh"] == 3
    assert page.context["upload"].counts["rejected"] == 1
    assert page.context["upload"].linked == 1.0  # the order is in the other file
    assert "changed by a spreadsheet program" in text
    assert "Import 3 rows" in text
    assert "cov-new" in text or "cov-part" in text
    assert not OrderLine.objects.exists()
    assert not Received.objects.exists()
    assert not Shop.objects.filter(workspace=workspace).exists()


def test_samples_are_masked(browser, shop):
    upload(browser, sent(RETURNS, "returns.txt"))
    text = browser.get(f"/settings/imports/{Import.objects.get().pk}/").content.decode()
    assert "jo@example.com" not in text
    assert "[email]" in text
    assert "302-1111111-1111111" in text


def test_then_it_goes_in_and_can_be_taken_back(browser, workspace, ines):
    upload(browser, sent(RETURNS, "returns.txt"), sent(ORDERS, "orders.txt"))
    pk = Import.objects.order_by("pk").first().pk
    assert browser.post(f"/settings/imports/{pk}/start/").status_code == 302
    assert set(Import.objects.values_list("state", flat=True)) == {ImportState.DONE}
    assert OrderLine.objects.count() == 2
    assert Received.objects.count() == 1
    assert Coverage.objects.filter(source="orders").exists()
    page = browser.get(f"/settings/imports/{pk}/").content.decode()
    assert "3 rows are in" in page
    for row in Import.objects.all():
        assert browser.post(f"/settings/imports/{row.pk}/undo/").status_code == 302
    assert not OrderLine.objects.exists()
    assert set(Import.objects.values_list("state", flat=True)) == {ImportState.UNDONE}
    names = set(Event.objects.filter(workspace_id=workspace.pk).values_list("name", flat=True))
    assert {"intake.uploaded", "intake.checked", "intake.started", "intake.imported", "intake.undone"} <= names


def test_the_same_file_again_has_nothing_new(browser, shop):
    upload(browser, sent(ORDERS.replace("1.11E+16", "302-3333333-3333333")))
    first = Import.objects.get()
    browser.post(f"/settings/imports/{first.pk}/start/")
    answer = upload(browser, sent(ORDERS.replace("1.11E+16", "302-3333333-3333333"), "again.txt"))
    page = browser.get(answer["Location"]).content.decode()
    assert "No new data" in page
    assert "went in before" in page
    again = browser.post(f"{answer['Location']}start/")
    assert again.status_code == 409
    assert OrderLine.objects.count() == 3


def test_nothing_readable_is_said_with_the_reason(browser, shop):
    lines = ORDERS.splitlines()
    answer = upload(browser, sent(f"{lines[0]}\n{lines[3]}\n", "orders.txt"))
    page = browser.get(answer["Location"]).content.decode()
    assert "No row can go in." in page
    assert "Import " not in page.split("<main")[1].split("</header>")[0]
    both = upload(browser, sent(ORDERS, "orders.txt"))
    browser.post(f"{both['Location']}start/")
    again = upload(browser, sent(ORDERS, "orders.txt"))
    assert "No new data." in browser.get(again["Location"]).content.decode()


def test_a_zip_is_one_import_per_file_and_what_is_no_table_is_named(browser, shop):
    data = zipped(orders__txt=ORDERS, returns__txt=RETURNS, picture__png=b"\x89PNG\r\n\x1a\n\x00\x00")
    answer = upload(browser, sent(data, "reports.zip"))
    page = browser.get(answer["Location"]).content.decode()
    assert Import.objects.count() == 3
    assert "is not a table" in page
    assert "Import 3 rows" in page


def test_an_unknown_sheet_is_mapped_saved_and_recognised_next_time(browser, shop, workspace):
    answer = upload(browser, sent(SHEET, "ledger.csv"))
    page = browser.get(answer["Location"]).content.decode()
    assert "columns not known" in page
    mapping = f"{answer['Location']}mapping/"
    form = browser.get(f"{mapping}?row=contact")
    text = form.content.decode()
    assert "哪天来的" in text
    assert "13800000000" not in text
    wrong = browser.post(mapping, {"row": "contact", "column-1": "sku"})
    assert wrong.status_code == 422
    assert "Date of the contact" in wrong.content.decode()
    twice = browser.post(mapping, {"row": "contact", "column-1": "opened_at", "column-2": "opened_at"})
    assert twice.status_code == 422
    told = {"row": "contact", "column-0": "outside_id", "column-1": "sku", "column-2": "opened_at", "column-3": "text",
            "name": "Ledger"}  # fmt: skip
    assert browser.post(mapping, told)["Location"] == answer["Location"]
    tried = browser.get(answer["Location"])
    assert tried.context["upload"].counts["fresh"] == 1
    assert "there is no such day" in tried.content.decode()
    assert Mapping.objects.get(workspace=workspace).name == "Ledger"
    browser.post(f"{answer['Location']}start/")
    assert Received.objects.get().outside_id == "7"
    again = upload(browser, sent(SHEET.replace("7,", "9,"), "next.csv"))
    assert browser.get(again["Location"]).context["upload"].counts["fresh"] == 1


def test_how_a_file_is_read_can_be_told(browser, shop):
    text = "订单号,SKU,下单时间,数量\nSN-1,电源,2026-11-03,1\n".encode("gb18030")
    answer = upload(browser, sent(text, "订单.csv"), shop=shop.pk)
    options = f"{answer['Location']}options/"
    told = {"shop": shop.pk, "encoding": "gb18030", "dates": "", "decimals": "", "profile": "order-sheet"}
    assert browser.post(options, told).status_code == 302
    row = Import.objects.get()
    assert (row.state, row.options["encoding"], row.profile) == (ImportState.CHECKED, "gb18030", "order-sheet")
    assert browser.post(options, {"encoding": "martian"}).status_code == 422
    assert browser.post(options, told | {"profile": "amazon-fba-returns"}).status_code == 302
    assert browser.get(answer["Location"]).status_code == 200


def test_a_sheet_of_a_workbook_is_chosen(browser, shop):
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, head in (("First", ("order id", "sku", "order date", "quantity")), ("Notes", ("a", "b", "c", "d"))):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, ("SN-1", "A20", "2026-11-03", 1))
    book.close()
    answer = upload(browser, sent(out.getvalue(), "book.xlsx"), shop=shop.pk)
    page = browser.get(answer["Location"])
    assert page.context["look"].sheets == ("First", "Notes")
    assert page.context["upload"].counts["fresh"] == 1
    browser.post(f"{answer['Location']}options/", {"sheet": "Notes", "shop": shop.pk})
    assert "columns not known" in browser.get(answer["Location"]).content.decode()


def test_the_product_sheet_comes_back_filled_in(browser, shop, workspace):
    product = Product.objects.create(workspace=workspace, code="A20", name="Power bank")
    Listing.objects.create(workspace=workspace, shop=shop, product=product, sku="A20-DE")
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told = {"accept-language": language}
            text = browser.get("/settings/products/template.csv", headers=told).content
        lines = text.decode("utf-8-sig").splitlines()
        cells = lines[1].split(",")
        cells[4:9] = ["Power", f"Hailan {language}", "2609", "2026-09-01", "DHL"]
        answer = upload(browser, sent("\n".join([lines[0], ",".join(cells)]), "products.csv"))
        page = browser.get(answer["Location"])
        assert page.context["upload"].counts["updated"] == 1, page.content.decode()
        assert Product.objects.get().supplier != f"Hailan {language}"
        browser.post(f"{answer['Location']}start/")
        product.refresh_from_db()
        assert (product.line, product.supplier, product.carrier) == ("Power", f"Hailan {language}", "DHL")
    assert Batch.objects.get().code == "2609"


def test_a_file_left_out_is_gone(browser, shop, settings):
    answer = upload(browser, sent(ORDERS), sent(RETURNS, "returns.txt"))
    first, second = Import.objects.order_by("pk")
    assert browser.post(f"/settings/imports/{first.pk}/discard/")["Location"] == f"/settings/imports/{second.pk}/"
    assert browser.post(f"/settings/imports/{second.pk}/discard/")["Location"] == "/settings/imports/"
    assert not Import.objects.exists()
    assert not [path for path in settings.PAYLOADS_ROOT.rglob("*") if path.is_file()]
    assert answer.status_code == 302


def test_what_is_in_cannot_be_discarded_or_read_anew(browser, shop):
    upload(browser, sent(ORDERS))
    row = Import.objects.get()
    browser.post(f"/settings/imports/{row.pk}/start/")
    assert browser.post(f"/settings/imports/{row.pk}/discard/").status_code == 409
    assert browser.post(f"/settings/imports/{row.pk}/options/", {}).status_code == 409


def test_an_import_that_stopped_goes_on(browser, shop):
    upload(browser, sent(ORDERS))
    row = Import.objects.get()
    browser.post(f"/settings/imports/{row.pk}/start/")
    Import.objects.update(state=ImportState.FAILED, error="the disk was full")
    page = browser.get(f"/settings/imports/{row.pk}/").content.decode()
    assert "Stopped midway; it can go on from row 3" in page
    assert browser.post(f"/settings/imports/{row.pk}/start/").status_code == 302
    row.refresh_from_db()
    assert row.state == ImportState.DONE
    assert OrderLine.objects.count() == 2


def test_progress_is_told_until_it_ends(browser, shop, workspace, ines):
    row = Import.objects.create(
        workspace=workspace, shop=shop, by=ines, name="big.csv", sha256="0" * 64, source="orders", state="running",
        rows_total=400, rows_read=100, profile="order-sheet",
    )  # fmt: skip
    htmx = {"HX-Request": "true"}
    moving = browser.get(f"/settings/imports/{row.pk}/progress/", headers=htmx)
    assert 'value="25"' in moving.content.decode()
    assert "Nobody is working on it" in moving.content.decode()
    assert "HX-Refresh" not in moving
    Import.objects.update(state="done")
    assert browser.get(f"/settings/imports/{row.pk}/progress/", headers=htmx)["HX-Refresh"] == "true"
    assert browser.get(f"/settings/imports/{row.pk}/progress/").status_code == 302


def test_rejected_rows_are_taken_along_without_formulas(browser, shop):
    upload(browser, sent(ORDERS.replace("\t2026-11-02T10:00:00+00:00", "\t=cmd|' /C calc'!A0"), "orders.txt"))
    row = Import.objects.get()
    text = browser.get(f"/settings/imports/{row.pk}/rejects.csv").content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "Line,Column,Value,Reason,What to do"
    assert len(lines) == 3
    assert "'=cmd" in text
    assert sheets.safe("@SUM(A1)") == "'@SUM(A1)"


GARBAGE = {
    "empty.csv": b"",
    "blank.csv": b"\n\n \n",
    "nul.csv": b"a,b\n\x00\x01\x02\x03" * 50,
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 400,
    "long.csv": b"a,b,c\n" + b"x" * 10_000_000,
    "cut.xlsx": zipped(**{"xl/workbook__xml": "<workbook/>"})[:120],
    "odd.xlsx": zipped(**{"xl/workbook__xml": "<workbook/>"}),
    "cut.zip": zipped(orders__txt=ORDERS)[:60],
    "bomb.zip": zipped(zeros__csv=b"0" * 60_000_000),
    "nothing.zip": zipped(),
    "page.csv": b"<!doctype html><html><body>Sign in</body></html>",
    "header.csv": b"foo,bar\n1,2\n",
    "only-head.txt": ORDERS.splitlines()[0].encode(),
    "formula.csv": b"order id,sku,order date,quantity\n#REF!,=A1,#N/A,#VALUE!\n",
    "quote.csv": b'order id,sku,order date,quantity\n"SN-1,A20,2026-11-03,1\n' * 3,
    "latin.csv": "order id,sku,order date,quantity\nSN-1,Größe,2026-11-03,1\n".encode("cp1252"),
    "wide.csv": (",".join(f"c{n}" for n in range(3000)) + "\n").encode() * 2,
    "broken.parquet": b"PAR1" + b"\x00" * 64,
    "broken.jsonl": b'{"a": 1}\nnot json\n[1,2\n',
    "fake.gz": b"\x1f\x8b\x08\x00broken",
    "utf16.csv": "order id,sku,order date,quantity\nSN-1,A20,2026-11-03,1\n".encode("utf-16"),
    "surrogate\ud800.csv".encode("utf-8", "replace").decode(): b"order id\n\xff\xfe\xfd",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_gets_a_sentence_and_never_falls_over(name, browser, shop):
    answer = upload(browser, sent(GARBAGE[name], name), shop=shop.pk)
    assert answer.status_code in {302, 422}
    page = browser.get(answer["Location"]) if answer.status_code == 302 else answer
    assert page.status_code == 200 or answer.status_code == 422
    assert "notice-amber" in page.content.decode() or "tone-amber" in page.content.decode() or name in {
        "latin.csv", "utf16.csv", "only-head.txt"}  # fmt: skip
    for row in Import.objects.all():
        for tail in ("mapping/", "mapping/?row=product", "rejects.csv", "progress/"):
            assert browser.get(f"/settings/imports/{row.pk}/{tail}").status_code in {200, 302, 409}
        for tail in ("mapping/", "options/", "start/", "undo/", "discard/"):
            assert browser.post(f"/settings/imports/{row.pk}/{tail}", {"row": "x"}).status_code < 500


def test_odd_names_are_only_names(browser, shop, workspace):
    name = """a&b "q" 'x' {{ 7 }} {% now %} <b>.csv"""
    answer = upload(browser, sent(ORDERS, name), shop=shop.pk)
    text = browser.get(answer["Location"]).content.decode()
    assert "<b>.csv" not in text
    assert "&amp;amp;" not in text
    assert "a&amp;b &quot;q&quot; &#x27;x&#x27; {{ 7 }} {% now %} &lt;b&gt;.csv" in text
    assert "<b>.csv" not in browser.get("/settings/imports/").content.decode()


def test_no_file_is_asked_for_again(browser):
    answer = browser.post("/settings/imports/new/", {})
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.content.decode()


def test_only_shops_of_ones_own_can_be_chosen(browser, ines, shop, shopee, stranger):
    theirs = Shop.objects.create(workspace=stranger.workspace, name="T", currency="EUR", timezone="UTC")
    assert upload(browser, sent(ORDERS), shop=theirs.pk).status_code == 422
    Member.objects.filter(pk=ines.pk).update(shop_ids=[shop.pk])
    assert upload(browser, sent(ORDERS), shop=shopee.pk).status_code == 422
    assert upload(browser, sent(ORDERS)).status_code == 422
    assert upload(browser, sent(ORDERS), shop=shop.pk).status_code == 302


def test_agents_and_strangers_find_nothing(mei, stranger, browser, shop, signed_in):
    upload(browser, sent(ORDERS))
    pk = Import.objects.get().pk
    for member, list_status in ((mei, 404), (stranger, 200)):
        other = signed_in(member)
        assert other.get("/settings/imports/").status_code == list_status
        for tail in ("", "mapping/", "progress/", "rejects.csv"):
            assert other.get(f"/settings/imports/{pk}/{tail}").status_code == 404
        for tail in ("mapping/", "options/", "start/", "undo/", "discard/"):
            assert other.post(f"/settings/imports/{pk}/{tail}").status_code == 404
    assert signed_in(mei).get("/settings/imports/new/").status_code == 404


@pytest.mark.parametrize("path", ["/settings/imports/", "/settings/imports/new/", "/settings/coverage/"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_empty_in_both_languages(path, language, browser):
    assert browser.get(path, headers={"accept-language": language}).status_code == 200


def test_the_list_asks_a_bounded_number_of_questions(browser, workspace, shop, ines, django_assert_max_num_queries):
    Import.objects.bulk_create(
        Import(
            workspace=workspace,
            shop=shop,
            by=ines,
            name=f"{n}.csv",
            sha256="0" * 64,
            profile="order-sheet",
            source="orders",
        )
        for n in range(80)
    )
    with django_assert_max_num_queries(16):
        assert len(browser.get("/settings/imports/").context["page"].object_list) == 50
    with django_assert_max_num_queries(30):
        browser.get(f"/settings/imports/{Import.objects.first().pk}/")
