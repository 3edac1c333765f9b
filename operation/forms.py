from django import forms
from django.utils.translation import gettext_lazy as _

from operation.person import Person


class PersonForm(forms.Form):
    """Whose data. By POST alone, so that no address gets into a log."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    @property
    def person(self) -> Person:
        return Person(self.cleaned_data["email"].lower())
