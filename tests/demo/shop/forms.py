"""The shop's forms. They know what a real shop asks for: things that must never reach a recording."""

import re
from datetime import date

from django import forms

from tests.demo.shop.models import Customer


class SignIn(forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


class Account(forms.ModelForm):
    first_name = forms.CharField(label="First name", max_length=60)
    last_name = forms.CharField(label="Last name", max_length=60)

    class Meta:
        model = Customer
        fields = ["born_on", "phone", "passport", "national_id", "street", "postcode", "town"]
        labels = {
            "born_on": "Date of birth",
            "passport": "Passport number",
            "national_id": "National ID number",
            "street": "Street and number",
        }
        widgets = {
            "born_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "street": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "town": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }


class Address(forms.Form):
    name = forms.CharField(label="Full name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    street = forms.CharField(
        label="Street and number",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label="Postcode", max_length=12, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    town = forms.CharField(
        label="Town", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


class Card(forms.Form):
    holder = forms.CharField(
        label="Name on card", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "cc-name"})
    )
    number = forms.CharField(
        label="Card number",
        max_length=23,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "cc-number",
                "inputmode": "numeric",
                "placeholder": "0000 0000 0000 0000",
            }
        ),
    )
    expiry = forms.CharField(
        label="Expiry",
        max_length=7,
        widget=forms.TextInput(attrs={"autocomplete": "cc-exp", "inputmode": "numeric", "placeholder": "MM / YY"}),
    )
    cvc = forms.CharField(
        label="CVC",
        min_length=3,
        max_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "cc-csc", "inputmode": "numeric", "placeholder": "123"}),
    )

    def clean_number(self) -> str:
        digits = re.sub(r"[ -]", "", self.cleaned_data["number"])
        if not re.fullmatch(r"[0-9]{13,19}", digits) or not passes_luhn(digits):
            raise forms.ValidationError("This card number has a mistake in it.")
        return digits

    def clean_expiry(self) -> str:
        found = re.fullmatch(r"(0[1-9]|1[0-2])\s*/?\s*([0-9]{2})", self.cleaned_data["expiry"].strip())
        if not found:
            raise forms.ValidationError("Write month and year, as in 09 / 29.")
        today = date.today()  # noqa: DTZ011 (a card ends with a month of its holder's, not with an hour)
        if (2000 + int(found[2]), int(found[1])) < (today.year, today.month):
            raise forms.ValidationError("This card has expired.")
        return found[0]

    def clean_cvc(self) -> str:
        if not re.fullmatch(r"[0-9]{3,4}", self.cleaned_data["cvc"]):
            raise forms.ValidationError("Three or four digits.")
        return self.cleaned_data["cvc"]
