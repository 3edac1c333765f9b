from django.urls import path

from links.views import join, lists, manage, posters

app_name = "links"
urlpatterns = [
    path("j/<str:address>", join.door, name="door"),
    path("rooms/<int:room_pk>/guests/", lists.guests, name="guests"),
    path("rooms/<int:room_pk>/groups/", lists.groups, name="groups"),
    path("rooms/<int:room_pk>/groups/new/", lists.create_group, name="create_group"),
    path("rooms/<int:room_pk>/groups/print/", posters.posters, name="posters"),
    path("links/<int:pk>/", manage.edit, name="edit"),
    path("links/<int:pk>/switch/", manage.switch, name="switch"),
    path("links/<int:pk>/role/", manage.role, name="role"),
    path("links/<int:pk>/window/", manage.window, name="window"),
    path("links/<int:pk>/window/removal/", manage.clear_window, name="clear_window"),
    path("links/<int:pk>/expiry/", manage.expiry, name="expiry"),
    path("links/<int:pk>/address/", manage.address, name="address"),
    path("links/<int:pk>/deletion/", manage.deletion, name="deletion"),
    path("links/<int:pk>/restoration/", manage.restoration, name="restoration"),
    path("links/<int:pk>/qr/", lists.qr_page, name="qr"),
    path("links/<int:pk>/qr.svg", lists.qr_code, name="qr_code"),
]
