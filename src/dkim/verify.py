"""Verifies DKIM signatures with dkimpy. Usage: verify.py KEY FILE... ; KEY holds the p= of every domain.

Prints "ok" or why not for each file.
"""
import sys

import dkim

with open(sys.argv[1], "rb") as file:
    record = b"v=DKIM1; k=rsa; p=" + file.read()
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        message = file.read()
    try:
        verifier = dkim.DKIM(message, minkey=1024)
        print("ok" if verifier.verify(dnsfunc=lambda name, timeout=5: record) else "wrong")
    except dkim.DKIMException as error:
        print(type(error).__name__, error)
