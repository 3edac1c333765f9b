from django.urls import path

from rooms.views import administrators, brand, inside, people, rooms, sessions, setup, sign_on

app_name = "rooms"
urlpatterns = [
    path("", rooms.rooms, name="list"),
    path("favicon.ico", brand.favicon, name="favicon"),
    path("brand/<slug:version>.css", brand.style_sheet, name="brand_style_sheet"),
    path("brand/<slug:version>/logo", brand.logo, name="brand_logo"),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("accounts/openid/login/", sign_on.begin, name="sign_on"),
    path("accounts/sessions/<int:pk>/end/", sessions.end, name="end_session"),
    path("rooms/new/", rooms.create, name="create"),
    path("rooms/<int:pk>/", rooms.room, name="room"),
    path("rooms/<int:pk>/settings/", rooms.edit, name="edit"),
    path("rooms/<int:pk>/deletion/", rooms.delete, name="delete"),
    path("rooms/<int:pk>/administrators/", administrators.add, name="add_administrator"),
    path(
        "rooms/<int:pk>/administrators/<int:administrator_pk>/removal/",
        administrators.remove,
        name="remove_administrator",
    ),
    path("rooms/<int:pk>/people/", people.people, name="people"),
    path("rooms/<int:pk>/entry/", people.enter, name="enter"),
    path("rooms/<int:pk>/people/<int:participant_pk>/role/", people.role, name="give_role"),
    path("rooms/<int:pk>/people/<int:participant_pk>/removal/", people.remove, name="remove_person"),
    path("rooms/<int:pk>/people/<int:participant_pk>/bar/", people.lift_bar, name="lift_bar"),
    path("r/<int:pk>/", inside.inside, name="inside"),
    path("r/<int:pk>/leave/", inside.leave, name="leave"),
]
