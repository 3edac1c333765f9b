from django.urls import path

from invitations.views import send

app_name = "invitations"
urlpatterns = [
    path("rooms/<int:room_pk>/guests/new/", send.invite, name="invite"),
    path("links/<int:pk>/invitations/", send.resend, name="resend"),
]
