from django.urls import path

from links.views import activity, ask_access, asking, bulk, join, lists, manage, posters, window

app_name = "links"
urlpatterns = [
    path("j/<str:address>", join.door, name="door"),
    path("j/<str:address>/requests/", ask_access.ask_access, name="ask_access"),
    path("rooms/<int:room_pk>/requests/", asking.asking, name="asking"),
    path("rooms/<int:room_pk>/guests/", lists.guests, name="guests"),
    path("rooms/<int:room_pk>/groups/", lists.groups, name="groups"),
    path("rooms/<int:room_pk>/groups/new/", lists.create_group, name="create_group"),
    path("rooms/<int:room_pk>/groups/print/", posters.posters, name="posters"),
    path("rooms/<int:room_pk>/bulk/", bulk.begin, name="begin_bulk"),
    path("bulk/<int:pk>/", bulk.show, name="bulk"),
    path("bulk/<int:pk>/confirmation/", bulk.confirmation, name="confirm_bulk"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="undo_bulk"),
    path("links/<int:pk>/", manage.edit, name="edit"),
    path("links/<int:pk>/switch/", manage.switch, name="switch"),
    path("links/<int:pk>/role/", manage.role, name="role"),
    path("rooms/<int:room_pk>/window/", window.sentence, name="sentence"),
    path("links/<int:pk>/window/", window.window, name="window"),
    path("links/<int:pk>/window/sentence/", window.sentence_of_link, name="sentence_of_link"),
    path("links/<int:pk>/window/removal/", window.clear_window, name="clear_window"),
    path("links/<int:pk>/expiry/", window.expiry, name="expiry"),
    path("links/<int:pk>/address/", manage.address, name="address"),
    path("links/<int:pk>/deletion/", manage.deletion, name="deletion"),
    path("links/<int:pk>/restoration/", manage.restoration, name="restoration"),
    path("rooms/<int:room_pk>/activity/", activity.of_room, name="activity"),
    path("links/<int:pk>/activity/", activity.of_link, name="activity_of_link"),
    path("activity/<int:pk>/undo/", activity.undo_one, name="undo"),
    path("links/<int:pk>/qr/", lists.qr_page, name="qr"),
    path("links/<int:pk>/qr.svg", lists.qr_code, name="qr_code"),
]
