from django.urls import path

from apps.links import api

urlpatterns = [
    path("tickets/<int:number>/links/", api.Issue.as_view(), name="api-link-issue"),
    path("links/", api.Links.as_view(), name="api-links"),
    path("links/<str:pk>/", api.OneLink.as_view(), name="api-link"),
    path("links/<str:pk>/url/", api.Url.as_view(), name="api-link-url"),
    path("links/<str:pk>/send/", api.Send.as_view(), name="api-link-send"),
    path("links/<str:pk>/renew/", api.Renew.as_view(), name="api-link-renew"),
    *(path(f"links/<str:pk>/{name}/", view.as_view(), name=f"api-link-{name}") for name, view in api.ACTS.items()),
]
