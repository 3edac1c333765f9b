from django.urls import path

from operation.views import doctor, echo

app_name = "operation"
urlpatterns = [
    path("operation/", doctor.doctor, name="doctor"),
    path("operation/echo/<slug:nonce>/", echo.echo, name="echo"),
]
