from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from operation.doctor.findings import Finding, bad, good
from rooms import seating
from rooms.models import Room


def seats() -> Finding:
    """Every room's counters against who is in: one statement that holds nobody up."""
    if number := seating.miscounted().count():
        words = ngettext(
            "One room has wrong counters. Mend them: manage.py check_seats --fix",
            "%(number)d rooms have wrong counters. Mend them: manage.py check_seats --fix",
            number,
        )
        return bad(words % {"number": number})
    return good(_("Rooms recounted: %(number)d. Every counter is right.") % {"number": Room.objects.count()})
