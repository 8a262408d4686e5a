"""Addresses of companies."""

from django.urls import path

from leadpact.web.companies import lists, views

urlpatterns = [
    path("companies/", lists.companies, name="companies"),
    path("companies.csv", lists.companies_csv, name="companies_csv"),
    path("companies/<int:company_id>/", views.company, name="company"),
    path("companies/<int:company_id>/engagement.csv", views.engagement_csv, name="company_engagement_csv"),
    path("companies/<int:company_id>/edit/", views.edit, name="company_edit"),
    path("companies/<int:company_id>/owner/", views.owner, name="company_owner"),
    path("companies/<int:company_id>/domain/", views.domain, name="company_domain"),
]
