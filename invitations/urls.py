from django.urls import path

from invitations.views import send, spreadsheets

app_name = "invitations"
urlpatterns = [
    path("rooms/<int:room_pk>/guests/new/", send.invite, name="invite"),
    path("rooms/<int:room_pk>/guests/export.<str:ending>", spreadsheets.export_guests, name="export"),
    path("rooms/<int:room_pk>/guests/template.<str:ending>", spreadsheets.template, name="import_template"),
    path("rooms/<int:room_pk>/groups/export.<str:ending>", spreadsheets.export_groups, name="export_groups"),
    path("links/<int:pk>/invitations/", send.resend, name="resend"),
]
