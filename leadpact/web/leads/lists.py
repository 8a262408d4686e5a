"""The list of leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.web.shell.access import needs


@require_GET
@needs("lead.see")
def leads(request: HttpRequest) -> HttpResponse:
    return render(request, "leads/list.html", {})


@require_GET
@needs("export.run")
def leads_csv(request: HttpRequest) -> HttpResponse:
    return render(request, "leads/list.html", {})
