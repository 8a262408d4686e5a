"""Addresses of mails to many, and of the links in them."""

from django.urls import path

from leadpact.web.mailing import lists, public, writing

urlpatterns = [
    path("m/u/<str:token>/", public.unsubscribe, name="unsubscribe"),
    path("m/c/<str:token>/", public.click, name="mail_click"),
    path("campaigns/mails/", lists.mails, name="mails"),
    path("campaigns/mails.csv", lists.mails_csv, name="mails_csv"),
    path("campaigns/mails/new/", writing.add, name="mail_add"),
    path("campaigns/mails/<int:mailing_id>/", lists.mail, name="mail"),
    path("campaigns/mails/<int:mailing_id>/recipients.csv", lists.recipients_csv, name="mail_csv"),
    path("campaigns/mails/<int:mailing_id>/edit/", writing.edit, name="mail_edit"),
    path("campaigns/mails/<int:mailing_id>/persons/", writing.choose, name="mail_choose"),
    path("campaigns/mails/<int:mailing_id>/test/", writing.test, name="mail_test"),
    path("campaigns/mails/<int:mailing_id>/send/", writing.send, name="mail_send"),
    path("campaigns/mails/<int:mailing_id>/stop/", writing.stop, name="mail_stop"),
    path("campaigns/mails/<int:mailing_id>/go-on/", writing.go_on, name="mail_go_on"),
]
