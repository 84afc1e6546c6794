"""The parts of every refusal: its form, its code, a message in the language that was asked for."""
import json
import re

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Paths, code and the database's words must never stand in a message.
INTERNAL = re.compile(r"/(tmp|home|root|usr|src)/|\.cpp|\.hpp|sqlite|SQL|std::|\{[a-z]+\}|\{\?|``|exception", re.I)


def error_of(client, action, request, **signing):
    """The error of an answer as (code, message), checked for its form; (None, None) for success."""
    status, content_type, envelope = client.raw(action, json.dumps(request).encode(), **signing)
    assert (status, content_type, list(envelope)) == (200, "application/json", ["Response"]), (status, content_type, envelope)
    response = envelope["Response"]
    assert UUID.match(response["RequestId"]), response
    if "Error" not in response:
        return None, None
    assert set(response) == {"Error", "RequestId"} and set(response["Error"]) == {"Code", "Message"}, response
    return response["Error"]["Code"], response["Error"]["Message"]
