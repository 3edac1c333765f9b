from django.urls import path

from operation.views import people, privacy

app_name = "operation"
urlpatterns = [
    path("operation/people/", people.people, name="people"),
    path("operation/people/file/", people.person_file, name="person_file"),
    path("operation/people/erasure/", people.erasure, name="erasure"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<str:room>/", privacy.privacy, name="privacy_of_room"),
]
