"""The basket lives in the session: {"slug|size": quantity}."""

from dataclasses import dataclass

from django.http import HttpRequest

from tests.demo.shop.catalogue import BY_SLUG, Product

FREE_DELIVERY_FROM_CENTS = 15000
DELIVERY_CENTS = 590


@dataclass(frozen=True)
class Line:
    key: str
    product: Product
    size: str
    quantity: int

    @property
    def cents(self) -> int:
        return self.product.cents * self.quantity


@dataclass(frozen=True)
class Basket:
    lines: list[Line]

    @property
    def goods_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def delivery_cents(self) -> int:
        return 0 if not self.lines or self.goods_cents >= FREE_DELIVERY_FROM_CENTS else DELIVERY_CENTS

    @property
    def missing_cents(self) -> int:
        """What is missing for free delivery."""
        return max(0, FREE_DELIVERY_FROM_CENTS - self.goods_cents)

    @property
    def total_cents(self) -> int:
        return self.goods_cents + self.delivery_cents

    def holds(self, slug: str) -> bool:
        return any(line.product.slug == slug for line in self.lines)

    def as_json(self) -> list[dict[str, object]]:
        return [
            {
                "slug": line.product.slug,
                "name": line.product.name,
                "size": line.size,
                "quantity": line.quantity,
                "cents": line.cents,
            }
            for line in self.lines
        ]


def _stored(request: HttpRequest) -> dict[str, int]:
    return dict(request.session.get("basket", {}))


def count(request: HttpRequest) -> int:
    return sum(_stored(request).values()) if hasattr(request, "session") else 0


def of(request: HttpRequest) -> Basket:
    lines = []
    for key, quantity in _stored(request).items():
        slug, _, size = key.partition("|")
        if product := BY_SLUG.get(slug):
            lines.append(Line(key, product, size, quantity))
    return Basket(lines)


def add(request: HttpRequest, product: Product, *, size: str, quantity: int) -> None:
    stored = _stored(request)
    key = f"{product.slug}|{size}"
    stored[key] = min(stored.get(key, 0) + quantity, 20)
    request.session["basket"] = stored


def change(request: HttpRequest, key: str, quantity: int) -> None:
    """Set the quantity of a line; 0 takes it out."""
    stored = _stored(request)
    if key in stored:
        stored[key] = min(quantity, 20)
        if stored[key] < 1:
            del stored[key]
        request.session["basket"] = stored


def clear(request: HttpRequest) -> None:
    request.session["basket"] = {}
