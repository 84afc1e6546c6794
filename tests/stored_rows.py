"""What no request can make, written into a stopped program's database: rows that others' reports leave, and equal times."""
import contextlib
import sqlite3


@contextlib.contextmanager
def database(stopped):
    with contextlib.closing(sqlite3.connect(stopped.folder / "data" / "sesame.db")) as connection, connection:
        yield connection


def add_complaints(stopped, app_id, region, sender, recipients, complained_s):
    """Complaints as a mailbox provider's reports leave them, all of the same second."""
    rows = [(app_id, region, complained_s * 1000, complained_s * 1000, sender, sender, sender.split("@")[1], to, to,
             to.split("@")[1]) for to in recipients]
    with database(stopped) as connection:
        connection.executemany(
            "INSERT INTO complaint (account_id, region, complained_ms, inserted_ms, delivered_ms, from_address, from_canonical,"
            " from_domain, to_address, to_canonical, to_domain, source_ip, template_id, bulk_id, header_id, subject)"
            " VALUES ((SELECT id FROM account WHERE app_id = ?), ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, '', '', '', '', 'News')", rows)


def give_one_time(stopped, now_s):
    """Everything that was made, received or refused, at the same millisecond. Returns the tables."""
    changed = []
    with database(stopped) as connection:
        columns = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name IN"
            " ('created_ms', 'updated_ms', 'received_ms', 'bounced_ms', 'first_created_ms', 'last_created_ms')").fetchall()
        for table, column in columns:
            connection.execute(f"UPDATE {table} SET {column} = ?", (now_s * 1000,))
            changed.append(table)
    return changed
