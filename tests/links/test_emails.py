"""An address means the same, however many of its domain were looked at before."""

import pytest
from django.core.exceptions import ValidationError
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from links.emails import clean_email

pytestmark = pytest.mark.once
PARTS = st.one_of(st.text("ab1.-_+", max_size=6), st.sampled_from(["gina", "Gina", "info", "INFO", "x" * 64]))
DOMAINS = st.one_of(
    st.builds("{}{}".format, st.text("ab1.-", max_size=6), st.sampled_from(["", ".de", ".test", ".1"])),
    st.sampled_from(["example.org", "Example.ORG", "xn--bcher-kva.de", "uni-köln.de", "localhost"]),
)


def ours(typed: str) -> str | None:
    try:
        return clean_email(typed)
    except ValidationError:
        return None


def the_librarys(typed: str) -> str | None:
    try:
        return validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError:
        return None


@given(PARTS, DOMAINS)
@example("x" * 64, "example.org")
@example("x" * 65, "example.org")
@example("INFO", "example.org")
@example("gina", "EXAMPLE.org")
@example("gina", "xn--bcher-kva.de")
@example("gina", "example.test")
@example("gina", "a" * 64 + ".de")
@example("gina..marchetti", "example.org")
def test_an_address_is_read_as_its_standards_say(part, domain):
    assert ours(f"hugo@{domain}") == the_librarys(f"hugo@{domain}")  # and now the domain is known
    assert ours(f"{part}@{domain}") == the_librarys(f"{part}@{domain}")
