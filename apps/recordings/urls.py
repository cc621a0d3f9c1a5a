from django.urls import path, re_path

from apps.recordings import views

urlpatterns = [
    path("placet.js", views.loader, name="loader"),
    re_path(r"^r/(?P<name>(?:recorder|extras)-[A-Za-z0-9_-]{6,64}\.js)$", views.module, name="module"),
    re_path(r"^r/vocab-(?P<digest>[0-9a-f]{32})\.bin$", views.vocabulary, name="vocabulary"),
    path("assets/<slug:recording_id>/<str:token>/<slug:name>", views.asset, name="asset"),
]
