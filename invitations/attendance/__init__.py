from invitations.attendance.day import Day, asked_day, day_of
from invitations.attendance.facts import Attendance, attendance_on, last_day
from invitations.attendance.people import Person
from invitations.attendance.picture import Picture
from invitations.attendance.sheet import sheet_rows

__all__ = [
    "Attendance",
    "Day",
    "Person",
    "Picture",
    "asked_day",
    "attendance_on",
    "day_of",
    "last_day",
    "sheet_rows",
]
