"""Addresses of the pact."""

from django.urls import path

from leadpact.web.pact import proposing, replays, views

urlpatterns = [
    path("pact/", views.pact, name="pact"),
    path("pact/propose/", proposing.propose, name="pact_propose"),
    path("pact/versions/<int:number>/", views.version, name="pact_version"),
    path("pact/versions/<int:number>.yaml", views.document, name="pact_document"),
    path("pact/versions/<int:number>/replay/", replays.replay, name="pact_replay"),
    path("pact/versions/<int:number>/replay.csv", replays.replay_csv, name="pact_replay_csv"),
    path("pact/versions/<int:number>/replay/<int:person>/", replays.replay_why, name="pact_replay_why"),
    path("pact/versions/<int:number>/in-force/", proposing.put_in_force, name="pact_put_in_force"),
]
