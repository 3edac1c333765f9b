from django.urls import path

from invitations.views import mend, send

app_name = "invitations"
urlpatterns = [
    path("rooms/<int:room_pk>/guests/new/", send.invite, name="invite"),
    path("rooms/<int:room_pk>/letters/", mend.resend_all, name="resend_all"),
    path("links/<int:pk>/correction/", mend.correct, name="correct"),
    path("links/<int:pk>/invitations/", send.resend, name="resend"),
]
