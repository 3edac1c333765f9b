from django.urls import path

from invitations.views import attendance, imports, letter, mend, previews, send, spreadsheets, wish

app_name = "invitations"
urlpatterns = [
    path("rooms/<int:room_pk>/guests/new/", send.invite, name="invite"),
    path("rooms/<int:room_pk>/letter/", letter.of_room, name="preview"),
    path("links/<int:pk>/letter/", letter.of_link, name="preview_of_link"),
    path("rooms/<int:room_pk>/letters/", mend.resend_all, name="resend_all"),
    path("links/<int:pk>/correction/", mend.correct, name="correct"),
    path("rooms/<int:room_pk>/guests/export.<str:ending>", spreadsheets.export_guests, name="export"),
    path("rooms/<int:room_pk>/guests/template.<str:ending>", spreadsheets.template, name="import_template"),
    path("rooms/<int:room_pk>/groups/export.<str:ending>", spreadsheets.export_groups, name="export_groups"),
    path("rooms/<int:room_pk>/attendance/", attendance.attendance, name="attendance"),
    path(
        "rooms/<int:room_pk>/attendance/export.<str:ending>",
        attendance.export_attendance,
        name="export_attendance",
    ),
    path("links/<int:pk>/invitations/", send.resend, name="resend"),
    path("links/<int:pk>/cancellation/", send.cancel, name="cancel"),
    path("n/<str:address>", wish.wish, name="wish"),
    path("rooms/<int:room_pk>/guests/import/", imports.upload, name="import"),
    path("imports/<int:pk>/", imports.show, name="show_import"),
    path("imports/<int:pk>/columns/", previews.columns, name="import_columns"),
    path("imports/<int:pk>/defaults/", previews.defaults, name="import_defaults"),
    path("imports/<int:pk>/rows/<int:row_pk>/", previews.row, name="import_row"),
    path("imports/<int:pk>/confirmation/", imports.confirmation, name="confirm_import"),
    path("imports/<int:pk>/undo/", imports.undo, name="undo_import"),
    path("imports/<int:pk>/deletion/", imports.deletion, name="discard_import"),
    path("imports/<int:pk>/failures.csv", imports.failures, name="import_failures"),
]
