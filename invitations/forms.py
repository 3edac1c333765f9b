from django import forms
from django.utils.translation import gettext_lazy as _

from invitations import optout
from invitations.models import Invitation
from links.emails import clean_email
from links.forms import GuestLinkForm
from links.models import GuestLink


class SendForm(forms.Form):
    send = forms.BooleanField(label=_("Send email invitation"), required=False, initial=True)


class WishForm(forms.Form):
    """No letters about this room, none from anybody here, or letters again."""

    wish = forms.ChoiceField(choices=[(choice, choice) for choice in ("room", "everybody", "letters")])

    def fulfil(self, letter: Invitation) -> None:
        wish = self.cleaned_data["wish"]
        if wish == "letters":
            optout.accept(letter.recipient)
        else:
            optout.refuse(letter.recipient, letter.link.room if wish == "room" else None)


class CorrectionForm(GuestLinkForm):
    """The address of a guest whom the letter did not reach."""

    name = None  # type: ignore[assignment]  # how Django drops a field that the form would inherit
    language = None  # type: ignore[assignment]  # and this one

    class Meta:
        model = GuestLink
        fields = ("email",)


class AgainForm(forms.Form):
    """Where somebody's link is to be sent again."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])
