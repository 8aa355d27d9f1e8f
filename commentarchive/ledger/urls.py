"""Addresses of the record, under /ledger/."""

from django.urls import path

from commentarchive.ledger import cosigning, pages, views

app_name = "ledger"
urlpatterns = [
    path("", pages.index, name="index"),
    path("verify/", pages.verify, name="verify"),
    path("entries/<int:index>/", pages.entry, name="entry"),
    path("entries/<int:index>.json", pages.entry_bytes, name="entry-bytes"),
    path("entries/<int:index>.tlog-proof", pages.entry_receipt, name="entry-receipt"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("confirmed-checkpoint", views.confirmed_checkpoint, name="confirmed"),
    path("vkey", views.vkey, name="vkey"),
    path("witness/vkey", cosigning.vkey, name="witness-vkey"),
    path("witness/add-checkpoint", cosigning.add_checkpoint, name="add-checkpoint"),
    path("tile/entries/<path:place>", views.entries, name="entries"),
    path("tile/<str:level>/<path:place>", views.tile, name="tile"),
]
