from django.urls import path

from apps.sites import api

urlpatterns = [
    path("sites/", api.Sites.as_view(), name="api-sites"),
    path("sites/<str:pk>/", api.OneSite.as_view(), name="api-site"),
    path("sites/<str:pk>/halt/", api.Halt.as_view(), name="api-site-halt"),
    path("sites/<str:pk>/resume/", api.Resume.as_view(), name="api-site-resume"),
]
