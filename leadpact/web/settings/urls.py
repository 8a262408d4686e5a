"""Addresses of the settings."""

from django.urls import path

from leadpact.web.settings import (
    company_views,
    form_views,
    key_views,
    people_views,
    start_views,
    team_views,
    token_views,
    tracker_views,
)

urlpatterns = [
    path("settings/", company_views.company, name="settings"),
    path("settings/change/", company_views.change_company, name="settings_change"),
    path("settings/people/", people_views.people, name="settings_people"),
    path("settings/people/add/", people_views.add_person, name="settings_add_person"),
    path("settings/people/<int:user_id>/", people_views.person, name="settings_person"),
    path("settings/people/<int:user_id>/change/", people_views.change_person, name="settings_change_person"),
    path("settings/people/<int:user_id>/password/", people_views.set_password, name="settings_set_password"),
    path("settings/people/<int:user_id>/away/", people_views.add_absence, name="settings_add_absence"),
    path(
        "settings/people/<int:user_id>/away/<int:absence_id>/remove/",
        people_views.remove_absence,
        name="settings_remove_absence",
    ),
    path("settings/teams/", team_views.teams, name="settings_teams"),
    path("settings/teams/add/", team_views.add_team, name="settings_add_team"),
    path("settings/teams/<int:team_id>/head/", team_views.set_head, name="settings_set_head"),
    path("settings/hours/", team_views.hours, name="settings_hours"),
    path("settings/hours/set/", team_views.set_hours, name="settings_set_hours"),
    path("settings/keys/", key_views.keys, name="settings_keys"),
    path("settings/keys/add/", key_views.add_key, name="settings_add_key"),
    path("settings/keys/<int:source_id>/", key_views.key, name="settings_key"),
    path("settings/keys/<int:source_id>/limit/", key_views.set_limit, name="settings_set_limit"),
    path("settings/keys/<int:source_id>/revoke/", key_views.revoke_key, name="settings_revoke_key"),
    path("settings/keys/<int:source_id>/tracker/", tracker_views.tracker, name="settings_tracker"),
    path("settings/keys/<int:source_id>/seen/", tracker_views.seen, name="settings_seen"),
    path("settings/keys/<int:source_id>/origins/", tracker_views.set_origins, name="settings_set_origins"),
    path("settings/start/", start_views.start, name="settings_start"),
    path("settings/start/<slug:step>/done/", start_views.tick, name="settings_tick"),
    path("settings/start/<slug:step>/leave-out/", start_views.leave_out, name="settings_leave_out"),
    path("settings/forms/", form_views.forms, name="settings_forms"),
    path("settings/forms/add/", form_views.add_form, name="settings_add_form"),
    path("settings/forms/wording/", form_views.add_wording, name="settings_add_wording"),
    path("settings/forms/<slug:slug>/close/", form_views.close_form, name="settings_close_form"),
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", token_views.revoke_token, name="token_revoke"),
]
