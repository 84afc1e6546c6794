"""The fenced blocks of the project's documents."""
import re
import subprocess
from typing import NamedTuple

from beijing import day
from program import OWN, ROOT, SES

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
DATE = re.compile(r"(ExpireDate\W+)?\b20\d\d-\d\d-\d\d\b")


class Block(NamedTuple):
    path: str  # Below the project's folder.
    language: str
    text: str


def documents():
    """The Markdown files of the project that speak to its users and developers."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "README.md", "CONTRIBUTING.md", "docs/*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return listed.stdout.split()


def blocks(path):
    return [Block(path, *found) for found in FENCE.findall((ROOT / path).read_text())]


def of_today(text):
    """A document's example with dates that are right today: an expiry lies ahead, a far date stays, everything else happens today."""
    def renewed(found):
        if found[0] in (SES, OWN):
            return found[0]  # The version of the API.
        if found[0] >= "2030":
            return found[0]  # A time to come, at whatever hour the example runs.
        return found[1] + day(365) if found[1] else day(0)
    return DATE.sub(renewed, text)
