from django.urls import path

from apps.core import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path(".well-known/placet-keys.json", views.keys, name="public-keys"),
    path(".well-known/security.txt", views.security, name="security-txt"),
    path("schemas/<path:name>", views.schema, name="schema"),
    path("verify/", views.verify, name="verify"),
]
