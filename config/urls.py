from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("rooms.urls")),
    path("", include("links.urls")),
    path("", include("invitations.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
