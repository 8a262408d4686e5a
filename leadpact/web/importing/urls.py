"""Addresses of imports."""

from django.urls import path

from leadpact.web.importing import views

urlpatterns = [
    path("import/", views.start, name="import"),
    path("import/<slug:token>/", views.look, name="import_look"),
    path("import/<slug:token>/run/", views.run, name="import_run"),
    path("import/<slug:token>/result/", views.result, name="import_result"),
    path("import/<slug:token>/errors.csv", views.errors_csv, name="import_errors"),
]
