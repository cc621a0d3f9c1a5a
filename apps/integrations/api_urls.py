from django.urls import path

from apps.integrations import api

urlpatterns = [
    path("webhooks/", api.Webhooks.as_view(), name="api-webhooks"),
    path("webhooks/<str:pk>/", api.OneWebhook.as_view(), name="api-webhook"),
    path("webhooks/<str:pk>/deliveries/", api.Deliveries.as_view(), name="api-webhook-deliveries"),
]
