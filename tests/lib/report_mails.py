"""Mails that report about another mail, as text with \\n line ends: fill in the braces."""

# A delivery status notification (RFC 3464): `to`, `recipient`, `original`.
FAILURE = """From: MAILER-DAEMON@mx.post.test
To: <{to}>
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

It failed.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.test

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown
--x
Content-Type: message/rfc822

{original}
--x--
"""

# An abuse report (RFC 5965): `domain`, `kind` (abuse, not-spam), `original`.
COMPLAINT = """From: feedback@post.test
To: abuse@{domain}
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x

A reader did not want this.
--x
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Loop/1.0
Version: 1
Source-IP: 192.0.2.77
--x
Content-Type: message/rfc822

{original}
--x--
"""
