"""The JSON API: each app's `api_urls`, the document that describes them, and a page to read it on."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", TemplateView.as_view(template_name="core/api_docs.html"), name="api-docs"),
    path("", include("apps.accounts.api_urls")),
    path("", include("apps.sites.api_urls")),
    path("", include("apps.tickets.api_urls")),
    path("", include("apps.links.api_urls")),
    path("", include("apps.consents.api_urls")),
    path("", include("apps.recordings.api_urls")),
    path("", include("apps.privacy.api_urls")),
    path("", include("apps.integrations.api_urls")),
]
