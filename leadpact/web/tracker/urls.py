"""The address of the tracker."""

from django.urls import path

from leadpact.web.tracker import views

urlpatterns = [path("t.js", views.tracker, name="tracker")]
