from django.urls import path

from operation.views import security_txt

app_name = "operation"
urlpatterns = [
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
]
