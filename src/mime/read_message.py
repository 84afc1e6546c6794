"""What Python's email package reads in a message: one line a finding, texts in hexadecimal.

Usage: read_message.py FILE... ; findings of different files are separated by a line "--".
"""
import email
import email.header
import email.policy
import email.utils
import re
import sys


def shown(text):
    return (text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")).hex()


def defects_of(message):
    found = list(message.defects)
    for value in message.values():
        found += getattr(value, "defects", [])
    return found


def print_addresses(content):
    # Python 3.11's newer parser puts a blank between the encoded words of a name (RFC 2047, section 6.2 says none);
    # the older one reads them right.
    message = email.message_from_bytes(content)
    for name in ("From", "To", "Cc", "Reply-To"):
        unfolded = [re.sub(r"\r?\n", "", value) for value in message.get_all(name, [])]
        for display_name, address in email.utils.getaddresses(unfolded):
            decoded = email.header.make_header(email.header.decode_header(display_name))
            print(name, shown(str(decoded)), shown(address))


def report(path):
    with open(path, "rb") as file:
        content = file.read()
    print_addresses(content)
    message = email.message_from_bytes(content, policy=email.policy.default)
    for name in ("Subject", "Date", "Message-ID", "X-Own", "List-Unsubscribe"):
        if name in message:
            print(name, shown(str(message[name])))
    for part in message.walk():
        for defect in defects_of(part):
            print("defect", type(defect).__name__)
        if part.is_multipart():
            print("multipart", part.get_content_subtype())
            continue
        payload = part.get_payload(decode=True)
        if part.is_attachment():
            print("file", shown(part.get_filename()), part.get_content_type(), shown(payload))
        else:
            print("text", part.get_content_type(), shown(payload.replace(b"\r\n", b"\n").removesuffix(b"\n")))


for number, name in enumerate(sys.argv[1:]):
    if number:
        print("--")
    report(name)
