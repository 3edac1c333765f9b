from django import forms
from django.utils.translation import gettext_lazy as _


class SendForm(forms.Form):
    send = forms.BooleanField(label=_("Send email invitation"), required=False, initial=True)
