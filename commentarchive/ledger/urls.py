"""Addresses of the record, under /ledger/."""

from django.urls import path

from commentarchive.ledger import cosigning, record_pages, tile_views

app_name = "ledger"
urlpatterns = [
    path("", record_pages.index, name="index"),
    path("verify/", record_pages.verify, name="verify"),
    path("verify.py", record_pages.verifier, name="verifier"),
    path("entries/<int:index>/", record_pages.entry, name="entry"),
    path("entries/<int:index>.json", record_pages.entry_bytes, name="entry-bytes"),
    path(
        "entries/<int:index>.tlog-proof",
        record_pages.entry_receipt,
        name="entry-receipt",
    ),
    path("checkpoint", tile_views.checkpoint, name="checkpoint"),
    path("confirmed-checkpoint", tile_views.confirmed_checkpoint, name="confirmed"),
    path("vkey", tile_views.vkey, name="vkey"),
    path("witness/vkey", cosigning.vkey, name="witness-vkey"),
    path("witness/add-checkpoint", cosigning.add_checkpoint, name="add-checkpoint"),
    path("tile/entries/<path:place>", tile_views.entries, name="entries"),
    path("tile/<str:level>/<path:place>", tile_views.tile, name="tile"),
]
