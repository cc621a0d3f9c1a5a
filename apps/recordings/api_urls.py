from django.urls import path

from apps.recordings import api

urlpatterns = [
    path("recordings/", api.Recordings.as_view(), name="api-recordings"),
    path("recordings/<str:pk>/", api.OneRecording.as_view(), name="api-recording"),
    path("sites/<str:pk>/preview/", api.SitePreview.as_view(), name="api-site-preview"),
]
