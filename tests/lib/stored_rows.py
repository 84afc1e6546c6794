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


def zstd_stored(text):
    """A zstd frame that compresses nothing (RFC 8878 §3.1.1): one raw block of less than 256 bytes."""
    assert len(text) < 256
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(text)]) + (len(text) << 3 | 1).to_bytes(3, "little") + text


def add_returned_mails(stopped, app_id, region, recipients, received_s):
    """Bounces that came back for mail to these recipients, all of the same second. Returns their numbers."""
    numbers = []
    with database(stopped) as connection:
        for to in recipients:
            mail = f"To: {to}\r\n\r\nuser unknown\r\n".encode()
            numbers.append(connection.execute(
                "INSERT INTO returned_mail (account_id, region, received_ms, mail_kind, parent_id, ordinal, message_id,"
                " to_address, to_canonical, reported_address, class, status, reply_code, reason, effect, envelope_from,"
                " envelope_to, peer_address, size_bytes, kept_bytes, packed)"
                " VALUES ((SELECT id FROM account WHERE app_id = ?), ?, ?, NULL, NULL, NULL, ?, ?, ?, ?, ?, '5.1.1', '550',"
                " 'user unknown', 2, '', 'b-token@bounces.test', '192.0.2.25', ?, ?, ?)",
                (app_id, region, received_s * 1000, f"message to {to}", to, to, to,
                 "hard_unknown_user" if len(numbers) % 2 == 0 else "auto_reply", len(mail), len(mail),
                 zstd_stored(mail))).lastrowid)
    return numbers


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
