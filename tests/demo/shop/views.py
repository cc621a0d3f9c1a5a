"""The shop's pages. Small on purpose: what matters is what they put on the screen."""

import math
from datetime import UTC, datetime, timedelta

from django.contrib import messages as notes
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tests.demo.shop import basket, payments
from tests.demo.shop.catalogue import BY_SLUG, CATEGORIES, PRODUCTS, Product, find
from tests.demo.shop.forms import Account, Address, Card, SignIn
from tests.demo.shop.models import Customer, Message, Order

FEATURED = ("skagen-oilskin", "keeper-lantern", "night-watch-flask", "polaris-compass")


def _product(slug: str) -> Product:
    try:
        return BY_SLUG[slug]
    except KeyError as error:
        raise Http404 from error


# --- Looking around ---------------------------------------------------------------------------------


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "shop/home.html",
        {"featured": [BY_SLUG[slug] for slug in FEATURED], "categories": _categories()},
    )


def _categories() -> list[dict[str, object]]:
    return [
        {"slug": slug, "name": name, "first": next(p for p in PRODUCTS if p.category == slug)}
        for slug, name in CATEGORIES.items()
    ]


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    category, words = request.GET.get("category", ""), request.GET.get("q", "").strip()[:80]
    return render(
        request,
        "shop/catalogue.html",
        {
            "products": find(category=category, words=words),
            "categories": CATEGORIES.items(),
            "category": category,
            "title": CATEGORIES.get(category, "Everything we make"),
            "words": words,
        },
    )


@require_GET
def product(request: HttpRequest, slug: str) -> HttpResponse:
    shown = _product(slug)
    others = [other for other in PRODUCTS if other.category == shown.category and other is not shown]
    return render(request, "shop/product.html", {"product": shown, "others": others[:3]})


@require_GET
def page(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, f"shop/pages/{template}.html")


@require_GET
def tides(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/tides.html")


@require_GET
def tide_table(request: HttpRequest) -> JsonResponse:
    """Today's water levels, each half hour, as two overlaid tides: close enough for a shop window."""
    start = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    shift = start.timetuple().tm_yday * 0.84
    levels = []
    for step in range(49):
        hours = step / 2
        level = 1.6 + 1.1 * math.cos((hours - shift) / 12.42 * math.tau) + 0.2 * math.cos(hours / 24 * math.tau)
        at = datetime.strftime(start + timedelta(minutes=30 * step), "%H:%M")
        levels.append({"at": "24:00" if step == 48 else at, "metres": round(level, 2)})
    return JsonResponse({"place": "Inner harbour", "levels": levels})


@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/stores.html")


@require_GET
def store_map(request: HttpRequest) -> HttpResponse:
    """Stands in a frame of our own origin."""
    return render(request, "shop/map.html")


# --- Basket and paying --------------------------------------------------------------------------------


@never_cache
def show_basket(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        basket.change(request, request.POST.get("key", ""), _number(request.POST.get("quantity"), lowest=0))
        return redirect("basket")
    return render(request, "shop/basket.html", {"basket": basket.of(request)})


def _number(text: str | None, *, lowest: int = 1) -> int:
    return max(lowest, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 4 else lowest


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    wanted = _product(slug)
    size = request.POST.get("size", "")
    if wanted.sizes and size not in wanted.sizes:
        notes.error(request, "Please choose a size first.")
        return redirect("product", slug)
    basket.add(request, wanted, size=size, quantity=_number(request.POST.get("quantity")))
    notes.success(request, f"{wanted.name} is in your basket.")
    return redirect("basket")


def _address_of(request: HttpRequest) -> dict[str, str]:
    customer = Customer.objects.filter(user=request.user).first() if request.user.is_authenticated else None
    if customer is None:
        return {}
    return {
        "name": customer.user.get_full_name(),
        "email": customer.user.email,
        "street": customer.street,
        "postcode": customer.postcode,
        "town": customer.town,
    }


@never_cache
@require_GET
def checkout(request: HttpRequest) -> HttpResponse:
    return _checkout(request, "shop/checkout.html", card=Card())


@never_cache
@require_GET
def secure_checkout(request: HttpRequest) -> HttpResponse:
    return _checkout(request, "shop/secure.html")


def _checkout(request: HttpRequest, template: str, **more: object) -> HttpResponse:
    full = basket.of(request)
    if not full.lines:
        notes.info(request, "Your basket is empty. Put something in it first.")
        return redirect("basket")
    address = Address(initial=_address_of(request))
    return render(request, template, {"basket": full, "address": address, **more})


def _problem(code: str, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"error": {"code": code, **more}}, status=status)


@require_POST
def pay(request: HttpRequest) -> JsonResponse:
    """Pay by card over our own form. See `payments.charge` for what goes wrong here on purpose."""
    full, address, card = basket.of(request), Address(request.POST), Card(request.POST)
    if not full.lines:
        return _problem("empty", 409)
    if not (address.is_valid() & card.is_valid()):
        return _problem("invalid", 422, fields={**address.errors, **card.errors})
    try:
        payments.charge(full, user=request.user)
    except payments.IssuerTimeoutError as failure:
        return _problem(failure.code, 500)
    return _placed(request, address)


@require_POST
def pay_token(request: HttpRequest) -> JsonResponse:
    """Pay with what the provider's frame gave out for a card that we never see."""
    address = Address(request.POST)
    if not basket.of(request).lines:
        return _problem("empty", 409)
    if not address.is_valid():
        return _problem("invalid", 422, fields=address.errors)
    if not request.POST.get("token", "").startswith("skp_"):
        return _problem("invalid", 422, fields={"token": ["The card was not accepted."]})
    return _placed(request, address)


def _placed(request: HttpRequest, address: Address) -> JsonResponse:
    to = "{name}, {street}, {postcode} {town}".format(**address.cleaned_data)
    order = payments.place(basket.of(request), user=request.user, address=to)
    basket.clear(request)
    request.session["thanks"] = order.number
    return JsonResponse({"order": order.number, "next": "/thanks"}, status=201)


@never_cache
@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    order = get_object_or_404(Order, number=request.session.get("thanks", 0))
    return render(request, "shop/thanks.html", {"order": order})


# --- Signed in ------------------------------------------------------------------------------------------


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignIn(request.POST or None)
    onward = request.POST.get("next") or request.GET.get("next") or "/account"
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = "/account"
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["email"].lower(), password=form.cleaned_data["password"]
        )
        if user is not None:
            login(request, user)
            return redirect(onward)
        form.add_error(None, "E-mail and password do not match.")
    return render(request, "shop/sign_in.html", {"form": form, "next": onward})


@require_GET
def sign_out(request: HttpRequest) -> HttpResponse:
    """A plain link, as in many shops; Placet knows it as a path that ends a recording."""
    logout(request)
    notes.success(request, "You are signed out. Fair winds!")
    return redirect("home")


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    customer, _ = Customer.objects.get_or_create(user=request.user)
    names = {"first_name": request.user.first_name, "last_name": request.user.last_name}
    form = Account(request.POST or None, instance=customer, initial=names)
    if request.method == "POST" and form.is_valid():
        form.save()
        request.user.first_name = form.cleaned_data["first_name"]
        request.user.last_name = form.cleaned_data["last_name"]
        request.user.save()
        notes.success(request, "Saved.")
        return redirect("account")
    return render(request, "shop/account.html", {"form": form, "customer": customer})


@never_cache
@login_required
def conversation(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        text = request.POST.get("text", "").strip()[:2000]
        if text:
            Message.objects.create(user=request.user, text=text)
            Message.objects.create(
                user=request.user, is_from_shop=True, text="Thank you. One of us will answer within the hour."
            )
        return redirect("messages")
    return render(request, "shop/messages.html", {"conversation": request.user.conversation.all()})


@never_cache
@login_required
def orders(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """One page for all of `/orders…`; the browser routes inside it."""
    return render(request, "shop/orders.html")


def _order_json(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "state": order.state,
        "state_name": order.get_state_display(),
        "placed": order.placed_at.strftime("%-d %B %Y"),
        "lines": order.lines,
        "total_cents": order.total_cents,
    }


@never_cache
@require_GET
def orders_api(request: HttpRequest) -> JsonResponse:
    if not request.user.is_authenticated:
        return _problem("signed_out", 401)
    found = [_order_json(order) | {"address": order.address} for order in request.user.orders.all()]
    return JsonResponse({"orders": found})


@require_GET
def tracker(request: HttpRequest) -> HttpResponse:
    """Routed by the fragment: `/tracker#/orders/1007`. Anybody with a number sees its way, and no name."""
    return render(request, "shop/tracker.html")


@never_cache
@require_GET
def track_api(request: HttpRequest, number: int) -> JsonResponse:
    order = Order.objects.filter(number=number).first()
    return JsonResponse(_order_json(order)) if order else _problem("unknown", 404)
