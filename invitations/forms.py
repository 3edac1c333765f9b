from django import forms
from django.utils.translation import gettext_lazy as _

from invitations import optout
from invitations.models import Invitation


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
