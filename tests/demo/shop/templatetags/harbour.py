from django import template

register = template.Library()


@register.filter
def money(cents: int) -> str:
    return f"€{cents / 100:,.2f}"


@register.filter
def stars(value: float) -> str:
    """Five characters, for those who see; the number stands beside them for all others."""
    return "★" * round(value) + "☆" * (5 - round(value))
