"""The limit beside the join: the same request through the same middleware, and only the link is looked up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from config.urls import urlpatterns as ours
from links import addresses
from links.models import Link


def look_up(request: HttpRequest, address: str) -> HttpResponse:
    pk, _signature = addresses.read(address)
    link = Link.objects.select_related("room").get(pk=pk)
    return redirect("rooms:inside", link.room_id)


urlpatterns = [path("bench/<str:address>", look_up), *ours]
