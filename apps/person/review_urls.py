"""The review and what it reads, within the namespace `person`."""

from django.urls import URLPattern, path

from apps.person.views import review

urlpatterns: list[URLPattern] = [
    path("me/<str:public_id>/review/", review.page, name="review"),
    path("me/<str:public_id>/recording/index.json", review.index, name="review-index"),
    path("me/<str:public_id>/recording/segments/<int:number>", review.segment, name="review-segment"),
]
