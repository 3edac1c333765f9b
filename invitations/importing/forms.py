from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from invitations import spreadsheets
from invitations.cells import DateOrder
from invitations.columns import Field
from invitations.importing.lines import LABELS
from invitations.importing.preview import guess_date_order
from invitations.models import Import
from invitations.spreadsheets import MOST_BYTES, Table, Unreadable
from rooms.models import Role

SAMPLES = 3
ORDERS = [
    ("", _("As the dates themselves show")),
    (DateOrder.DAY_FIRST, _("The day first: 31/12/2026")),
    (DateOrder.MONTH_FIRST, _("The month first: 12/31/2026")),
]


class UploadForm(forms.Form):
    """A file, or a table that was copied in a spreadsheet. `table` is what stands in it."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # said in our words
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    text = forms.CharField(
        label=_("Or paste the rows"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    table: Table
    source = b""
    file_name = ""

    @classmethod
    def too_large(cls) -> "UploadForm":
        """What was posted could not even be read as a form."""
        form = cls({})
        form.errors.clear()
        form.add_error("text", _("That is too much to paste. Please save it as a file, and upload that."))
        return form

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if file and text.strip():
            raise ValidationError(_("Please either choose a file or paste the rows, not both."))
        if file:
            self._read("file", lambda: self._of_file(file))
        elif text.strip():
            self._read("text", lambda: spreadsheets.read_pasted(text))
        elif not self.errors:
            raise ValidationError(_("Please choose a file, or paste the rows of your table."))
        return self.cleaned_data

    def _of_file(self, file: UploadedFile[bytes]) -> Table:
        self.file_name = (file.name or "-")[-255:]
        # A file waits on the disk; of one that is too large no more is read than shows that it is.
        self.source = file.read(MOST_BYTES + 1)
        return spreadsheets.read(self.source, self.file_name)

    def _read(self, field: str, read: Any) -> None:
        try:
            self.table = read()
        except Unreadable as unreadable:
            self.add_error(field, str(unreadable))


class ChoicesForm(forms.ModelForm[Import]):
    """What holds for the rows that don't say, and what is done with them all."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    duplicates = forms.ChoiceField(
        label=_("Guests who have a link already"), choices=Import.Duplicates.choices
    )

    class Meta:
        model = Import
        fields = ("role", "language", "duplicates", "send")


class SheetForm(forms.Form):
    sheet = forms.ChoiceField(label=_("Sheet"))

    def __init__(self, *args: Any, preview: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"] = forms.ChoiceField(
            label=_("Sheet"), choices=[(sheet, sheet) for sheet in preview.sheets], initial=preview.sheet
        )


class ColumnsForm(forms.Form):
    """What each column holds: a drop-down for each, with the first cells under it."""

    has_header = forms.BooleanField(label=_("The first row says what is in the columns"), required=False)
    order = forms.TypedChoiceField(
        label=_("How dates are written"), choices=ORDERS, coerce=DateOrder, empty_value=None, required=False
    )

    def __init__(self, *args: Any, preview: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_header"].initial = preview.has_header
        is_guessed = preview.date_order == guess_date_order(preview)
        self.fields["order"].initial = "" if is_guessed else preview.date_order
        samples = [row.cells for row in preview.rows.order_by("number")[:SAMPLES]]
        choices = [("", _("not used")), *((str(field), label) for field, label in LABELS.items())]
        for place, chosen in enumerate(preview.columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=self._heading(preview, place),
                help_text=" · ".join(cells[place][:40] for cells in samples if any(cells[place : place + 1])),
                choices=choices,
                initial=chosen,
                required=False,
            )
        self.order_fields([name for name in self.fields if name != "order"])

    def clean(self) -> dict[str, Any]:
        chosen = [field for field in self.columns if field]
        twice = next((field for field in chosen if chosen.count(field) > 1), None)
        if twice:
            raise ValidationError(
                _("Two columns are “%(field)s”. Please choose one of them."), params={"field": LABELS[twice]}
            )
        if Field.EMAIL not in chosen:
            raise ValidationError(_("Please say which column holds the e-mail addresses."))
        return self.cleaned_data

    @property
    def columns(self) -> list[Field | None]:
        values = (self.cleaned_data.get(name) for name in self.fields if name.startswith("column_"))
        return [Field(value) if value else None for value in values]

    def _heading(self, preview: Import, place: int) -> str:
        _number, cells = preview.first_row
        written = cells[place] if preview.has_header and place < len(cells) else ""
        return written.strip()[:80] or _("Column %(letter)s") % {"letter": letters(place)}


def letters(place: int) -> str:
    """A, B … Z, AA: as spreadsheets name their columns."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)
