"""What the shop remembers about its customers. The goods are in `catalogue.py`."""

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class Customer(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="customer")
    phone = models.CharField(max_length=30, blank=True)
    born_on = models.DateField(null=True, blank=True)
    passport = models.CharField(max_length=20, blank=True)
    national_id = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.user.get_full_name()


class Order(models.Model):
    class State(models.TextChoices):
        PACKING = "packing", "Being packed"
        SENT = "sent", "On its way"
        DELIVERED = "delivered", "Delivered"

    number = models.PositiveIntegerField(unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="orders")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PACKING)
    placed_at = models.DateTimeField(default=timezone.now)
    lines = models.JSONField(default=list)  # [{"slug", "name", "size", "quantity", "cents"}]
    total_cents = models.PositiveIntegerField(default=0)
    address = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Order {self.number}"


class Message(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="conversation")
    is_from_shop = models.BooleanField(default=False)
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
