"""What is stored about one person in all rooms, and the way to their file and to their end."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from operation.access import operators_only
from operation.forms import PersonForm
from operation.person import Person
from operation.personal_file import counts, write
from rooms.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def people(request: Request) -> HttpResponse:
    form = PersonForm(request.POST or None)
    return _page(request, form, _found(form.person) if form.is_valid() else {})


@require_POST
@operators_only
def person_file(request: Request) -> HttpResponseBase:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, {})
    answer = StreamingHttpResponse(write(form.person), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="person.json"'
    return answer


@require_POST
@operators_only
def erasure(request: Request) -> HttpResponse:
    """A question first; with `erase`, which only its button says, the answer."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, {})
    if "erase" not in request.POST:
        return render(request, "operation/erasure.html", {"tab": "people", **_found(form.person)})
    form.person.erase(by=request.user)
    messages.success(request, _("That person is a former guest now: name and e-mail address are erased."))
    return redirect("operation:people")


def _found(person: Person) -> dict[str, object]:
    found, people_in = counts(person), person.stays.present().count()
    return {"person": person, "counts": found, "is_known": any(found.values()), "people_in": people_in}


def _page(request: Request, form: PersonForm, found: dict[str, object]) -> HttpResponse:
    context = {"tab": "people", "form": form, **found}
    return render(request, "operation/people.html", context, status=422 if form.errors else 200)
