from django.urls import path

from operation.views import doctor, echo, people, privacy, security_txt

app_name = "operation"
urlpatterns = [
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
    path("operation/", doctor.doctor, name="doctor"),
    path("operation/echo/<slug:nonce>/", echo.echo, name="echo"),
    path("operation/people/", people.people, name="people"),
    path("operation/people/file/", people.person_file, name="person_file"),
    path("operation/people/erasure/", people.erasure, name="erasure"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<str:room>/", privacy.privacy, name="privacy_of_room"),
]
