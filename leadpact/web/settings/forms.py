"""The forms of the settings; what a value must be is said by the package it belongs to."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=120, label=_("What it is for"), help_text=_("So that you know which one to revoke.")
    )
