from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

handler500 = "rooms.views.errors.failure"

urlpatterns = [
    path("", include("rooms.urls")),
    path("", include("links.urls")),
    path("", include("invitations.urls")),
    path("", include("operation.urls")),
    path("language/", set_language, name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

# Without a secret Anymail would believe everybody.
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("anymail/", include("anymail.urls")))
