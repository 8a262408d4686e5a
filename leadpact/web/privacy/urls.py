"""Addresses of privacy."""

from django.urls import path

from leadpact.web.privacy import erasing, keeping

urlpatterns = [
    path("leads/<int:person_id>/data.json", erasing.data, name="lead_data"),
    path("leads/<int:person_id>/erase/", erasing.erase, name="lead_erase"),
    path("leads/<int:person_id>/erase/now/", erasing.erase_now, name="lead_erase_do"),
    path("settings/privacy/", keeping.privacy, name="settings_privacy"),
    path("settings/privacy/keep/", keeping.set_retention, name="settings_set_retention"),
    path("settings/privacy/keep/<int:entry_id>/undo/", keeping.undo_retention, name="settings_undo_retention"),
    path("settings/privacy/erasures/", erasing.listed, name="erasures"),
    path("settings/privacy/erasures.csv", erasing.listed_csv, name="erasures_csv"),
    path("settings/privacy/erasures/<int:erasure_id>/", erasing.erasure, name="erasure"),
    path("settings/privacy/erasures/<int:erasure_id>/finish/", erasing.finish, name="erasure_finish"),
]
