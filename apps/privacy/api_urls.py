from django.urls import path

from apps.privacy import api

urlpatterns = [
    path("erasures/preview/", api.Preview.as_view(), name="api-erasure-preview"),
    path("erasures/", api.Erasures.as_view(), name="api-erasures"),
    path("erasures/<str:pk>/", api.OneErasure.as_view(), name="api-erasure"),
    path("deletions/", api.Deletions.as_view(), name="api-deletions"),
    path("deletions/<str:pk>/", api.OneDeletion.as_view(), name="api-deletion"),
]
