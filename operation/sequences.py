"""The numbers that the database gives out. What stands in letters and on paper is made of them."""

from django.db import connection

LEAP = 1_000_000  # more than were given out between a backup and its restoration

POSTGRESQL = """
    SELECT setval(name, nextval(name) + %(leap)s) FROM pg_get_serial_sequence(%(table)s, %(column)s) AS name
"""
SQLITE = (
    """
    INSERT INTO sqlite_sequence (name, seq)
    SELECT %(table)s, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %(table)s)
    """,
    "UPDATE sqlite_sequence SET seq = seq + %(leap)s WHERE name = %(table)s",
)


def leap() -> None:
    """No new row gets a number that a lost one has had, with an address that was signed for that."""
    statements = (POSTGRESQL,) if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for numbered in connection.introspection.sequence_list():
            for statement in statements:
                cursor.execute(statement, {"leap": LEAP, **numbered})
