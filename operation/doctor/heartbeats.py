"""Who was seen, and when, by the database's clock alone."""

from datetime import timedelta

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from operation.doctor.findings import Finding, bad, good, warning
from operation.models import Heartbeat, Part

NAMED = 3


def worker() -> Finding:
    workers = Heartbeat.objects.filter(part=Part.WORKER)
    number = workers.fresh().count()
    if not number:
        return bad(
            _("No worker was seen for two minutes: no letters go. Start one: celery --app config worker")
        )
    if silent := list(workers.silent().order_by("-seen_at").values_list("name", flat=True)[:NAMED]):
        words = _("Ended without a word: %(workers)s. Should it still run, look into its log.")
        return warning(words % {"workers": ", ".join(silent)})
    words = ngettext("One worker is at work.", "%(number)d workers are at work.", number)
    return good(words % {"number": number})


def beat() -> Finding:
    beats = Heartbeat.objects.filter(part=Part.BEAT)
    age = beats.age()
    when = {"when": _ago(age)}
    if beats.fresh().exists():
        return good(_("Beat was heard %(when)s.") % when)
    if not Heartbeat.objects.filter(part=Part.WORKER).fresh().exists():
        return warning(_("Beat is heard through a worker, and there is none."))
    if age is None:
        return bad(
            _("Beat was never heard. Workers do its work, but slower. Start it: celery --app config beat")
        )
    return bad(
        _("Beat was heard %(when)s. Workers do its work, but slower. Start it: celery --app config beat")
        % when
    )


def _ago(age: timedelta | None) -> str:
    return str(naturaltime(timezone.now() - age)) if age is not None else ""
