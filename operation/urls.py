from django.urls import path

from operation.views import doctor, echo, security_txt

app_name = "operation"
urlpatterns = [
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
    path("operation/", doctor.doctor, name="doctor"),
    path("operation/echo/<slug:nonce>/", echo.echo, name="echo"),
]
