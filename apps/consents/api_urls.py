from django.urls import path

from apps.consents import api

urlpatterns = [
    path("consents/", api.Receipts.as_view(), name="api-consents"),
    path("consents/<str:pk>/", api.OneReceipt.as_view(), name="api-consent"),
]
