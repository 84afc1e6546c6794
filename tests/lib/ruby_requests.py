"""Requests as the official Ruby SDK writes them, byte for byte. The SDK is not among Debian's packages, and its endpoint
takes no port. Written after tencentcloud-sdk-common 1.0.68: sign.rb, client.rb, models.rb."""
import base64
import hashlib
import hmac
import http.client
import json
import random
import time
import urllib.parse

from description import DESCRIBED, DOCUMENTS
from program import SECRET_ID, SECRET_KEY
from sample_runners import SampleRunner

FORM = "application/x-www-form-urlencoded"


def flattened(value, name=""):
    """The SDK's form of nested parameters: (`Destination.0`, text), (`Template.TemplateID`, text), ..."""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in flattened(inner, f"{name}.{key}" if name else key)]
    if isinstance(value, list):
        return [pair for index, inner in enumerate(value) for pair in flattened(inner, f"{name}.{index}")]
    return [(name, {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value)]


def signed_tc3(host, method, content_type, query, payload, timestamp):
    date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    service = host.split(".")[0]
    canonical = "\n".join([method, "/", query, f"content-type:{content_type}\nhost:{host}\n", "content-type;host",
                           hashlib.sha256(payload.encode()).hexdigest()])
    scope = f"{date}/{service}/tc3_request"
    key = ("TC3" + SECRET_KEY).encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{scope}, SignedHeaders=content-type;host, Signature={signature}"


class RubyRunner(SampleRunner):
    """The documented example of each action, with one signature and one HTTP method."""

    method, signing = "POST", "TC3-HMAC-SHA256"

    def sample(self, action):
        version, _ = DESCRIBED[action]
        example = DOCUMENTS[version]["actions"][action]["example"]["request"]
        return json.dumps([action, json.loads(self.with_what_there_is(json.dumps(example)))])

    def run(self, text):
        action, parameters = json.loads(text)
        send = self.tc3 if self.signing.startswith("TC3") else self.version_1
        query, body, headers = send(action, DESCRIBED[action][0], parameters)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(self.method, "/" + (f"?{query}" if query else ""), body, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            response = json.loads(answer.read())["Response"]
            assert "Error" not in response, response
        finally:
            connection.close()

    def tc3(self, action, version, parameters):
        host, now = f"127.0.0.1:{self.server.port}", int(time.time())
        gets = self.method == "GET"
        query = urllib.parse.urlencode(flattened(parameters)) if gets else ""
        # An action without parameters is called with nil.
        body = None if gets else json.dumps(parameters or None, separators=(",", ": "))
        content_type = FORM if gets else "application/json"
        return query, body, {
            "Content-Type": content_type, "Host": host, "X-TC-Action": action, "X-TC-Timestamp": str(now),
            "X-TC-Version": version, "X-TC-Region": "ap-guangzhou", "X-TC-Language": "en-US",
            "Authorization": signed_tc3(host, self.method, content_type, query, body or "", now)}

    def version_1(self, action, version, parameters):
        host = f"127.0.0.1:{self.server.port}"
        form = {**dict(flattened(parameters)), "Action": action, "RequestClient": "SDK_RUBY_1.0.68",
                "Nonce": random.randint(1, 1 << 32), "Timestamp": int(time.time()), "Version": version,
                "Region": "ap-guangzhou", "SecretId": SECRET_ID, "SignatureMethod": self.signing, "Language": "en-US"}
        text = f"{self.method}{host}/?" + "&".join(f"{name}={form[name]}" for name in sorted(form))
        mac = hmac.new(SECRET_KEY.encode(), text.encode(), self.signing.removeprefix("Hmac").lower()).digest()
        form["Signature"] = base64.encodebytes(mac).decode()  # Ends with a line feed.
        encoded = urllib.parse.urlencode(form)
        gets = self.method == "GET"
        return encoded if gets else "", None if gets else encoded, {"Content-Type": FORM, "Host": host}


RUBY_RUNNERS = [type(f"Ruby_{method}_{signing}Runner", (RubyRunner,), {"method": method, "signing": signing})
                for method in ("POST", "GET") for signing in ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256")]
