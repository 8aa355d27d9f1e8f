"""Addresses of the record, under /ledger/."""

from django.urls import path

from commentarchive.ledger import views

app_name = "ledger"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("vkey", views.vkey, name="vkey"),
    path("tile/entries/<path:place>", views.entries, name="entries"),
    path("tile/<str:level>/<path:place>", views.tile, name="tile"),
]
