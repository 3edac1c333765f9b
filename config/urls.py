from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

handler500 = "rooms.views.errors.failure"
handler429 = "rooms.views.errors.too_often"  # allauth asks for it

urlpatterns = [
    path("", include("rooms.urls")),
    path("", include("links.urls")),
    path("", include("invitations.urls")),
    path("", include("operation.urls")),
    path("language/", set_language, name="set_language"),
    # An account's e-mail is given with it, and one that came from an OpenID provider needs no password.
    path("accounts/email/", RedirectView.as_view(pattern_name="mfa_index")),
    path("accounts/password/set/", RedirectView.as_view(pattern_name="mfa_index")),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index")),  # where they are listed
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("admin/", admin.site.urls),
]

# Without a secret Anymail would believe everybody.
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("anymail/", include("config.webhooks")))
