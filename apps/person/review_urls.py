"""The review and what it reads, within the namespace `person`."""

from django.urls import URLPattern, path

from apps.person.views import review

urlpatterns: list[URLPattern] = [
    path("me/<str:public_id>/review/", review.page, name="review"),
    path("me/<str:public_id>/review/remove", review.remove, name="review-remove"),
    path("me/<str:public_id>/review/put-back", review.put_back, name="review-put-back"),
    path("me/<str:public_id>/review/cut", review.cut, name="review-cut"),
    path("me/<str:public_id>/recording/index.json", review.index, name="review-index"),
    path("me/<str:public_id>/recording/segments/<int:number>", review.segment, name="review-segment"),
]
