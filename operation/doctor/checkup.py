from django.utils.translation import gettext_lazy as _

from operation.doctor.address import address
from operation.doctor.broker import broker
from operation.doctor.clock import clock
from operation.doctor.database import database
from operation.doctor.disk import disk
from operation.doctor.findings import Check
from operation.doctor.heartbeats import beat, worker
from operation.doctor.letters import letters
from operation.doctor.mail import mail
from operation.doctor.seats import seats
from operation.doctor.sender import dkim, dmarc, spf

CHECKS = (
    Check("database", _("Database"), database),
    Check("broker", _("Broker of tasks"), broker),
    Check("worker", _("Worker"), worker),
    Check("beat", _("Beat"), beat),
    Check("clock", _("Clocks"), clock),
    Check("disk", _("Disk"), disk),
    Check("seats", _("Seats"), seats),
    Check("letters", _("Letters"), letters),
    Check("mail", _("Mail server"), mail, is_slow=True),
    Check("address", _("Public address"), address, is_slow=True),
    Check("spf", "SPF", spf, is_slow=True),
    Check("dkim", "DKIM", dkim, is_slow=True),
    Check("dmarc", "DMARC", dmarc, is_slow=True),
)
QUICK = tuple(check for check in CHECKS if not check.is_slow)
SLOW = tuple(check for check in CHECKS if check.is_slow)
