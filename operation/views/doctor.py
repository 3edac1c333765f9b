from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from operation.access import operators_only
from operation.doctor.checkup import CHECKS, QUICK, SLOW
from operation.doctor.examination import examine, worst
from rooms.requests import Request


@require_safe
@never_cache
@operators_only
def doctor(request: Request) -> HttpResponse:
    """At once what is quickly known; the page asks for all."""
    checks, later = (CHECKS, ()) if "all" in request.GET else (QUICK, SLOW)
    results = examine(checks)
    context = {"tab": "doctor", "results": results, "later": later, "verdict": worst(results)}
    page = "operation/_findings.html" if request.htmx else "operation/doctor.html"
    return render(request, page, context)
