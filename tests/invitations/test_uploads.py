"""What is uploaded is read and never handed out again as a file."""

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from invitations.models import Import

pytestmark = pytest.mark.django_db

PAGE = (
    b"Name,E-Mail\n<script>alert(1)</script>,gina@example.org\n" + b"x,\n" * 900_000
)  # more than is kept in memory


def files() -> set[str]:
    return {str(path) for path in settings.VAR_DIR.rglob("*") if "sqlite" not in path.name}


@pytest.mark.parametrize("content", [PAGE[:60], PAGE], ids=["small", "large"])
def test_an_uploaded_file_is_kept_nowhere_and_served_from_nowhere(login, alice, room, content):
    client, before = login(alice), files()
    file = SimpleUploadedFile("evil.html", content, "text/html")
    answer = client.post(reverse("invitations:import", args=[room.pk]), {"file": file})
    assert answer.status_code in {302, 422}
    assert files() == before
    assert default_storage.listdir("") == ([], [])
    for path in (
        "/evil.html",
        "/media/evil.html",
        "/static/evil.html",
        "/var/evil.html",
        "/imports/evil.html",
    ):
        assert client.get(path).status_code == 404


def test_what_comes_back_of_an_import_is_a_download_of_a_kind_that_runs_nowhere(login, alice, room):
    client = login(alice)
    file = SimpleUploadedFile("<script>.html", PAGE[:56], "text/html")
    answer = client.post(reverse("invitations:import", args=[room.pk]), {"file": file}, follow=True)
    assert b"<script>alert(1)" not in answer.content
    answer = client.get(reverse("invitations:import_failures", args=[Import.objects.get().pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
