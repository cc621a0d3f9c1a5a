"""The recorded person's addresses. A page that is not theirs, or is not there, is the same 404."""

from django.urls import URLPattern, URLResolver, include, path

from apps.person.views import brand, consent, own, typed

pages: list[URLPattern | URLResolver] = [
    path("l/<str:token>", consent.page, name="consent"),
    path("c/", typed.page, name="typed"),
    path("brand/<slug:digest>.css", brand.style, name="brand-style"),
    path("brand/<slug:digest>.png", brand.logo, name="brand-logo"),
    path("a/<str:token>", own.enter, name="enter"),
    path("me/<str:public_id>/", own.page, name="own"),
    path("me/<str:public_id>/state", own.state, name="state"),
    path("me/<str:public_id>/notice", own.notice, name="notice"),
    path("me/<str:public_id>/consent.json", own.receipt_document, name="receipt"),
    path("me/<str:public_id>/receipt", own.receipt_page, name="receipt-page"),
    path("me/<str:public_id>/deletion.json", own.deletion_document, name="deletion"),
    path("me/<str:public_id>/removed/<str:cut_id>.json", own.cut_document, name="cut-document"),
    path("me/<str:public_id>/start", own.start, name="start"),
    path("me/<str:public_id>/stuck", own.stuck, name="stuck"),
    path("me/<str:public_id>/stop", own.stop, name="stop"),
    path("me/<str:public_id>/send", own.send, name="send"),
    path("me/<str:public_id>/discard", own.discard, name="discard"),
    path("me/<str:public_id>/withdraw", own.withdraw, name="withdraw"),
    path("me/<str:public_id>/copy", own.copy, name="copy"),
    path("me/<str:public_id>/copy.zip", own.copy_file, name="copy-file"),
    path("me/<str:public_id>/freeze", own.freeze, name="freeze"),
    path("me/<str:public_id>/unfreeze", own.unfreeze, name="unfreeze"),
    path("me/<str:public_id>/letter", own.letter, name="letter"),
    path("me/<str:public_id>/no-news", own.no_news, name="no-news"),
    path("me/<str:public_id>/correct", own.correct, name="correct"),
    path("me/<str:public_id>/forget", own.forget, name="forget"),
    path("", include("apps.person.review_urls")),
]
urlpatterns = [path("", include((pages, "person")))]
