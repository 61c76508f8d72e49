from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce import queries, services, sheets
from fupan.commerce.forms import BatchForm, ProductForm, ProductRowForm
from fupan.commerce.models import Product
from fupan.commerce.policies import batches_seen_by, products_seen_by
from fupan.core.errors import Refused
from fupan.core.http import page_or_part, part
from fupan.core.paging import page_of
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("edit_products")
def products(request: MemberRequest) -> HttpResponse:
    """The catalogue: search, filter, sort, edit in place."""
    told = request.GET
    search, line, sort = told.get("q", "").strip()[:120], told.get("line", ""), told.get("sort", "code")
    rows = queries.product_rows(request.member, search=search, line=line, sort=sort)
    if told.get("open"):
        rows = queries.incomplete(rows)
    context = {
        "page": page_of(request, rows),
        "lines": queries.product_lines(request.member),
        "suppliers": queries.suppliers(request.member),
        "counts": queries.product_counts(request.member),
        "q": search,
        "line": line,
        "sort": sort,
        "open": bool(told.get("open")),
    }
    return page_or_part(request, "commerce/products.html", "rows", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_products")
def product_row(request: MemberRequest, pk: int) -> HttpResponse:
    """One row of the table: `?edit=1` gives it with inputs; a POST saves it and gives it back."""
    row = get_object_or_404(queries.product_rows(request.member), pk=pk)
    initial = {name: getattr(row, name) for name in ProductRowForm.base_fields}
    form = ProductRowForm(request.POST or None, initial=initial, row=f"edit-{row.pk}")
    if request.method == "POST" and form.is_valid():
        _save(request, row, form)
        return part(request, "commerce/products.html", "row", {"row": row}, else_to="commerce:products")
    editing = bool(request.GET.get("edit")) or bool(form.errors)
    name = "editing" if editing else "row"
    context = {"row": row, "form": form}
    status = 422 if form.errors else 200
    return part(request, "commerce/products.html", name, context, else_to="commerce:products", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_products")
def product(request: MemberRequest, pk: int) -> HttpResponse:
    """One product: what is known of it, its batches, the SKUs that sell it."""
    shown = get_object_or_404(products_seen_by(request.member), pk=pk)
    initial = {name: getattr(shown, name) for name in ProductForm.base_fields}
    form = ProductForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _save(request, shown, form)
        messages.success(request, _("Saved."))
        return redirect("commerce:product", shown.pk)
    return _page(request, shown, form, BatchForm())


@require_POST
@require_right("edit_products")
def add_batch(request: MemberRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(products_seen_by(request.member), pk=pk)
    form = BatchForm(request.POST)
    if form.is_valid():
        try:
            services.add_batch(shown, **form.cleaned_data, by=request.member)
        except Refused as no:
            form.add_error("code", str(no.message))
        else:
            messages.success(request, _("The batch was added."))
            return redirect("commerce:product", shown.pk)
    initial = {name: getattr(shown, name) for name in ProductForm.base_fields}
    return _page(request, shown, ProductForm(initial=initial), form)


@require_POST
@require_right("edit_products")
def drop_batch(request: MemberRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(batches_seen_by(request.member).select_related("product"), pk=pk)
    services.drop_batch(batch, by=request.member)
    messages.success(request, _("The batch was removed."))
    return redirect("commerce:product", batch.product_id)


@require_safe
@require_right("edit_products")
def products_template(request: MemberRequest, kind: str) -> HttpResponse:
    """The sheet with this member's SKUs in it, to fill in and bring back."""
    if kind not in sheets.KINDS:
        raise Http404
    return sheets.answer(queries.sheet_rows(request.member), kind)


def _save(request: MemberRequest, product: Product, form: ProductForm) -> None:
    changes = {name: value for name, value in form.cleaned_data.items() if getattr(product, name) != value}
    if changes:
        services.edit_product(product, **changes, by=request.member)


def _page(request: MemberRequest, shown: Product, form: ProductForm, batch_form: BatchForm) -> HttpResponse:
    context = {
        "shown": shown,
        "form": form,
        "batch_form": batch_form,
        "batches": queries.batch_rows(shown),
        "listings": queries.listing_rows(request.member, shown),
        "lines": queries.product_lines(request.member),
        "suppliers": queries.suppliers(request.member),
    }
    wrong = form.errors or batch_form.errors
    return render(request, "commerce/product.html", context, status=422 if wrong else 200)
