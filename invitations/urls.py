from django.urls import path

from invitations.views import mend, preview, send, wish

app_name = "invitations"
urlpatterns = [
    path("rooms/<int:room_pk>/guests/new/", send.invite, name="invite"),
    path("rooms/<int:room_pk>/letter/", preview.of_room, name="preview"),
    path("links/<int:pk>/letter/", preview.of_link, name="preview_of_link"),
    path("rooms/<int:room_pk>/letters/", mend.resend_all, name="resend_all"),
    path("links/<int:pk>/correction/", mend.correct, name="correct"),
    path("links/<int:pk>/invitations/", send.resend, name="resend"),
    path("links/<int:pk>/cancellation/", send.cancel, name="cancel"),
    path("n/<str:address>", wish.wish, name="wish"),
]
