"""Addresses of what came in and of what is held back."""

from django.urls import path

from leadpact.web.arrivals import held_views, parity_views, recorded_views

urlpatterns = [
    path("settings/arrivals/", parity_views.arrivals, name="arrivals"),
    path("settings/arrivals/arrivals.csv", parity_views.arrivals_csv, name="arrivals_csv"),
    path("settings/arrivals/recorded/", recorded_views.recorded_list, name="arrivals_recorded"),
    path("settings/arrivals/recorded.csv", recorded_views.recorded_csv, name="arrivals_recorded_csv"),
    path("settings/arrivals/visits/", parity_views.visits, name="arrivals_visits"),
    path("settings/arrivals/held/", held_views.held_list, name="held"),
    path("settings/arrivals/held/held.csv", held_views.held_csv, name="held_csv"),
    path("settings/arrivals/held/<int:held_id>/", held_views.one, name="held_one"),
    path("settings/arrivals/held/<int:held_id>/mend/", held_views.mend, name="held_mend"),
    path("settings/arrivals/held/release/", held_views.release, name="held_release"),
    path("settings/arrivals/held/discard/", held_views.discard, name="held_discard"),
    path("settings/arrivals/held/restore/", held_views.restore, name="held_restore"),
    path("settings/arrivals/held/map/", held_views.map_name, name="held_map"),
]
