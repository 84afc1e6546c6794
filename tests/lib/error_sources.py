"""The places of an error code: the program's sources that answer it, and the promise that provokes it."""
import re

from program import ROOT

SOURCES = ROOT / "src"


def sources_naming(code):
    """Sources with the code as a literal. The lines of SMTP show codes too, but answer no action: see
    mail_is_submitted_by_smtp.py."""
    literal = f'"{code}"'
    return [str(path.relative_to(SOURCES)) for path in sorted(SOURCES.rglob("*.[ch]pp"))
            if path.parent.name != "submission" and not path.name.endswith("_test.cpp") and literal in path.read_text()]


def provoked_in(place, code):
    return re.search(f'"{re.escape(code)}\\b', (ROOT / "tests" / place).read_text())
