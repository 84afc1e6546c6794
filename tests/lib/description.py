"""The API as its descriptions in api/ say it is: one document a version, read once."""
import json

from program import OWN, ROOT, SES

DOCUMENTS = {version: json.loads((ROOT / "api" / f"{name}-{version}.json").read_text())
             for name, version in (("ses", SES), ("sesame", OWN))}
DESCRIPTION = DOCUMENTS[SES]
# Action → (its version, its effect).
DESCRIBED = {action: (version, described["effect"]) for version, document in DOCUMENTS.items()
             for action, described in document["actions"].items()}
