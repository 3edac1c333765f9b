from django import forms
from django.utils.translation import gettext_lazy as _

from links.forms import GuestLinkForm
from links.models import GuestLink


class SendForm(forms.Form):
    send = forms.BooleanField(label=_("Send email invitation"), required=False, initial=True)


class CorrectionForm(GuestLinkForm):
    """The address of a guest whom the letter did not reach."""

    name = None  # type: ignore[assignment]  # how Django drops a field that the form would inherit
    language = None  # type: ignore[assignment]

    class Meta:
        model = GuestLink
        fields = ("email",)
