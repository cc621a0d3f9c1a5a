from django.urls import path

from apps.accounts import api

urlpatterns = [path("token/", api.MyToken.as_view(), name="api-token")]
