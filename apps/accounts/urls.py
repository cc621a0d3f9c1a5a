from django.urls import URLPattern, path
from django.views.generic import RedirectView

from apps.accounts import views

urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    # The address is who somebody is here: an admin changes it, not a form of allauth's.
    path("accounts/email/", RedirectView.as_view(url="/account/"), name="account_email"),
]
