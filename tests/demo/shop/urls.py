from django.urls import path

from tests.demo.shop import views

urlpatterns = [
    path("", views.home, name="home"),
    path("catalogue", views.catalogue, name="catalogue"),
    path("p/<slug:slug>", views.product, name="product"),
    path("p/<slug:slug>/add", views.add, name="add"),
    path("basket", views.show_basket, name="basket"),
    path("checkout", views.checkout, name="checkout"),
    path("checkout/secure", views.secure_checkout, name="secure-checkout"),
    path("pay", views.pay, name="pay"),
    path("pay/token", views.pay_token, name="pay-token"),
    path("thanks", views.thanks, name="thanks"),
    path("sign-in", views.sign_in, name="sign-in"),
    path("logout", views.sign_out, name="sign-out"),
    path("account", views.account, name="account"),
    path("messages", views.conversation, name="messages"),
    path("orders", views.orders, name="orders"),
    path("orders/<int:number>", views.orders),
    path("api/orders", views.orders_api, name="orders-api"),
    path("tracker", views.tracker, name="tracker"),
    path("api/track/<int:number>", views.track_api),
    path("tides", views.tides, name="tides"),
    path("api/tides", views.tide_table),
    path("stores", views.stores, name="stores"),
    path("stores/map", views.store_map, name="store-map"),
    path("about", views.page, {"template": "about"}, name="about"),
    path("delivery", views.page, {"template": "delivery"}, name="delivery"),
    path("returns", views.page, {"template": "returns"}, name="returns"),
    path("privacy", views.page, {"template": "privacy"}, name="privacy"),
    path("imprint", views.page, {"template": "imprint"}, name="imprint"),
]
