"""The goods. Each has a picture of the same name in `static/shop/img`."""
# ruff: noqa: E501  (a table of texts)

from dataclasses import dataclass, field

CATEGORIES = {"wear": "Weather wear", "deck": "On deck", "cabin": "In the cabin"}
GARMENT = ("S", "M", "L", "XL")
SHOES = ("38", "40", "42", "44")


@dataclass(frozen=True)
class Product:
    slug: str
    name: str
    category: str
    cents: int
    line: str  # one sentence under the name
    text: str
    facts: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    badge: str = ""
    stock: int = 12
    stars: float = 4.7
    reviews: int = 80
    guide: str = field(default="")  # "garment" or "boots": which size guide it has

    @property
    def category_name(self) -> str:
        return CATEGORIES[self.category]


# The one whose card payment fails (see `payments.py`).
CURSED = "keeper-lantern"

PRODUCTS = (
    Product("skagen-oilskin", "Skagen oilskin", "wear", 18900, "The yellow one. Dry since 1938.",
        "Cotton canvas, oiled twice and cut long enough to sit on a wet thwart. The hood takes a cap, the cuffs "
        "close over gloves, and what wears out can be sent back to be waxed again.",
        ("Waxed cotton, 420 g", "Storm cuffs and two-way zip", "Re-waxed free of charge for five years"),
        GARMENT, "Back in stock", 7, 4.9, 212, "garment"),
    Product("gansey-jumper", "Gansey jumper", "wear", 12900, "Knitted tight enough to turn a breeze.",
        "A fisherman's jumper in five-ply worsted wool, knitted in the round without a seam to chafe. The pattern "
        "on the chest is that of our harbour: rope, ladder, rope.",
        ("British wool, five-ply", "No side seams", "Hand wash, dry flat"), GARMENT, "", 14, 4.8, 146, "garment"),
    Product("watch-cap", "Watch cap", "wear", 2900, "Warm ears, clear head.",
        "Two layers of merino with a deep cuff. Fits under a hood, in a pocket, and every head we have tried.",
        ("Merino, double-knit", "One size"), (), "", 40, 4.6, 301),
    Product("ebb-boots", "Ebb deck boots", "wear", 8400, "Grip on wet teak, quiet on the jetty.",
        "Natural rubber on a razor-cut sole that holds on wet wood and leaves no marks. Lined with cotton, and "
        "wide enough for thick socks.",
        ("Natural rubber", "Non-marking sole", "Comes up half a size large"), SHOES, "", 9, 4.5, 98, "boots"),
    Product("keeper-lantern", "Keeper lantern", "cabin", 7400, "Brass, glass and a small steady flame.",
        "Made by the firm that lit our pier. Burns twenty hours on one filling, swings without going out, and "
        "will outlive the boat.",
        ("Solid brass", "20 hours on 0.3 litres", "Wick and spare glass included"), (), "Bestseller", 5, 4.9, 187),
    Product("tide-mug", "Tide mug", "cabin", 1800, "Enamel. Bounces.",
        "Steel, twice enamelled, with a rim rolled in navy. Holds a proper pint of tea and does not mind the "
        "cabin sole.",
        ("0.45 litres", "Fit for stove and dishwasher"), (), "", 64, 4.7, 420),
    Product("night-watch-flask", "Night watch flask", "cabin", 3900, "Hot from dusk to dawn.",
        "A steel flask that keeps coffee honest for fourteen hours. The lid is two cups, because nobody should "
        "stand a watch alone.",
        ("0.75 litres", "14 hours hot", "Two cups in the lid"), (), "New", 23, 4.8, 64),
    Product("harbour-blanket", "Harbour blanket", "cabin", 9800, "For cold berths and long evenings.",
        "Woven from recycled wool in the mill across the water, in the colours of the breakwater at six in the "
        "morning.",
        ("Recycled wool", "140 × 200 cm"), (), "", 11, 4.8, 57),
    Product("polaris-compass", "Polaris compass", "deck", 6200, "Points where it should.",
        "A liquid-filled hand-bearing compass in a brass case, with a lid that takes an engraving. Accurate to "
        "one degree, and lovely to hold.",
        ("Brass case", "Accurate to 1°", "Leather pouch"), (), "", 16, 4.7, 73),
    Product("mooring-line", "Mooring line", "deck", 4500, "Twelve metres of trust.",
        "Three-strand, pre-stretched and spliced by hand, with a leather-bound eye. Floats, and is kind to "
        "the palms.",
        ("14 mm, 12 m", "Hand-spliced eye", "Breaking load 3.4 t"), (), "", 28, 4.6, 51),
    Product("lagoon-dry-bag", "Lagoon dry bag", "deck", 3400, "Keeps the inside inside.",
        "Welded seams, a roll top that forgives haste, and a strap that doubles as a handle when you are pulling "
        "it out of the water.",
        ("20 litres", "Welded seams", "Floats when closed"), (), "", 31, 4.5, 119),
    Product("otter-paddle", "Otter paddle", "deck", 11500, "Ash, oiled, and eager.",
        "Laid up from nine strips of ash and cedar, with a blade thin enough to slip through the water without "
        "a sound.",
        ("Ash and red cedar", "150 cm", "Oiled, not varnished"), (), "", 6, 4.9, 33),
)  # fmt: skip
BY_SLUG = {product.slug: product for product in PRODUCTS}


def find(*, category: str = "", words: str = "") -> list[Product]:
    """The goods of `category` that mention all of `words`; empty means any."""
    wanted = words.lower().split()
    return [
        product
        for product in PRODUCTS
        if (not category or product.category == category)
        and all(word in f"{product.name} {product.line} {product.text}".lower() for word in wanted)
    ]
