#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "bounces/classifier.hpp"

// Replies in the wording of many servers, and their class. One line of the table is one promise.
namespace sesame::bounces {
namespace {

struct ReplyCase {
  BounceClass meaning;
  std::string_view reply;
};

using enum BounceClass;

constexpr ReplyCase kReplyCases[] = {
    {hard_unknown_user,
     "550 5.1.1 <ann@shop.test>: Recipient address rejected: User unknown in virtual "
     "mailbox table"},
    {hard_unknown_user, "550 5.1.1 ann@shop.test... email address lookup in domain map failed"},
    {hard_unknown_user,
     "550-I'm sorry but ann@shop.test does not have an account here. I will not accept "
     "it"},
    {hard_unknown_user, "553 5.3.0 <ann@shop.test>... Addressee unknown, relay=[192.0.2.1]"},
    {hard_unknown_user, "550 This email address is not known to this system"},
    {hard_unknown_user, "550 No such mail drop defined."},
    {hard_unknown_user, "550 Mailbox (ann) not found or inactivated"},
    {hard_unknown_user, "550 Command RCPT User <ann@shop.test> not OK"},
    {hard_unknown_user, "450 user path no exist"},
    {hard_unknown_user, "554 qq Sorry, no valid recipients (#5.1.3)"},
    {hard_unknown_user, "5.1.0 - Unknown address error 540-'Error: Wrong recipients' (delivery attempts: 0)"},
    {hard_unknown_user, "550 5.7.1 No such user!"},
    {hard_unknown_user,
     "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) "
     "[X.eop-EUR05.prod.protection.outlook.com]"},
    {hard_unknown_user, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."},
    {hard_unknown_user,
     "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@shop.test not found by "
     "SMTP address lookup"},
    {hard_unknown_user,
     "554 delivery error: dd This user doesn't have a ymail.test account "
     "(ann@ymail.test) [0]"},
    {hard_unknown_user, "550 #5.1.0 Address rejected ann@shop.test"},
    {hard_unknown_user, "550 Unrouteable user ann"},
    {hard_unknown_user,
     "550 5.1.1 The email account that you tried to reach does not exist. Please try "
     "double-checking the recipient's email address for typos"},
    {hard_unknown_user, "550 sorry, no mailbox here by that name (#5.1.1 - chkusr)"},
    {hard_unknown_user, "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)"},
    {hard_unknown_user, "550 Recipient Rejected: No account by that name here"},
    {hard_unknown_user, "550 Invalid Recipient - https://community.mimecast.test/docs/DOC-1369#550"},
    {hard_unknown_user, "550 Address unknown"},
    {hard_unknown_user, "550 Sorry, invalid mailbox"},
    {hard_unknown_user, "550 ann is not a known user on this system"},
    {hard_unknown_user, "554 5.1.1 Bad destination mailbox address"},
    {hard_unknown_user, "551 User not local; please try <forward-path>"},
    {hard_unknown_user, "553 5.1.3 User address required"},
    {hard_unknown_user, "550 The recipient cannot be verified. Please check all recipients of this message"},
    {hard_unknown_user, "550 mailbox unavailable"},
    {hard_unknown_user, "550 That e-mail address is not recognized"},
    {hard_unknown_user, "550 Kunde unbekannt: Empfaenger existiert nicht"},
    {hard_unknown_user, "550 Nie ma takiego konta / no such account"},
    {hard_unknown_user, "550 5.1.1 Mailbox <ann@shop.test> nicht vorhanden"},
    {hard_unknown_user, "550 5.1.1 Adressat unbekannt"},
    {hard_unknown_user, "550 Destinatario sconosciuto"},
    {hard_unknown_user, "550 5.1.1 sid=abc Account not found"},
    {hard_unknown_user, "550 Unknown Recipient: ann@shop.test"},
    {hard_unknown_user, "552 1 Requested mail action aborted, mailbox not found"},
    {hard_unknown_user, "553 Invalid recipient ann@shop.test (Mode: normal)"},
    {hard_unknown_user, "542 ann@shop.test Rejected"},
    {hard_unknown_user, "550 5.1.0 ann@shop.test: recipient rejected"},
    {hard_unknown_user, "550 Account does not exist"},
    {hard_unknown_user, "550 no such recipient here"},
    {hard_unknown_user, "User ann (ann@shop.test) not listed in Domino Directory"},
    {hard_unknown_user, "mailbox for ann@shop.test does not exist"},
    {hard_unknown_user, "vdeliver: Invalid or unknown virtual user 'ann'"},
    {hard_unknown_user, "550 cuda_nsu ann@shop.test"},
    {hard_unknown_user, "550 5.1.1 Recipient not found. <http://x.test/550>"},
    {hard_unknown_user, "cannot find system user ann"},
    {hard_unknown_domain, "550 Host unknown (Name server: shop.test: host not found)"},
    {hard_unknown_domain, "5.1.2 Sorry, I couldn't find any host named shop.test. (#5.1.2)"},
    {hard_unknown_domain, "556 5.1.10 Recipient address has null MX"},
    {hard_unknown_domain, "Domain shop.test does not accept mail (nullMX)"},
    {hard_unknown_domain, "550 unrouteable address"},
    {hard_unknown_domain, "all relevant MX records point to non-existent hosts"},
    {hard_unknown_domain, "550 No such domain at this location"},
    {hard_unknown_domain,
     "5.4.4 Host or domain name not found. Name service error for name=shop.test "
     "type=A: Host not found"},
    {hard_unknown_domain, "an MX or SRV record indicated no SMTP service"},
    {hard_unknown_domain, "DNS Error: Domain name not found"},
    {hard_unknown_domain, "550 5.1.2 <ann@shop.test>: Recipient address rejected: Domain not found"},
    {hard_unknown_domain, "Name or service not known"},
    {hard_unknown_domain, "550 5.4.310 DNS domain shop.test does not exist [Message=InfoDomainNonexistent]"},
    {hard_unknown_domain, "<<< No such domain."},
    {hard_unknown_domain, "550 5.1.2 SMTPSEND.DNS.NonExistentDomain; nonexistent domain"},
    {hard_unknown_domain,
     "The domain part of the address does not exist: no DNS MX record or A record for "
     "shop.test"},
    {soft_temporary,
     "Name service error for name=shop.test type=MX: Malformed or unexpected name "
     "server reply"},
    {hard_unknown_domain,
     "The mail could not be delivered to the recipient because the domain is not "
     "reachable. Please check the domain and try again"},
    {hard_other, "550 5.2.1 The email account that you tried to reach is disabled."},
    {hard_other, "550 <ann> is now disabled with MTA service."},
    {hard_other,
     "550 <ann@shop.test>: Recipient address rejected: Account closed due to "
     "inactivity. No forwarding information is available."},
    {hard_other,
     "554 30 Sorry, your message to ann@ymail.test cannot be delivered. This mailbox is "
     "disabled (554.30)."},
    {hard_other, "550 5.2.1 Mailbox deactivated"},
    {hard_other, "551 ann@shop.test is a deactivated mailbox"},
    {hard_other, "550 User suspended"},
    {hard_other, "554 5.2.1 Inactive user"},
    {hard_other, "550 5.1.6 recipient no longer on server: ann@shop.test"},
    {hard_other, "551 5.7.1 The user ann@shop.test has moved to bob@shop.test"},
    {hard_other, "550 5.2.1 user account is expired"},
    {hard_other, "525 5.7.13 User account disabled"},
    {hard_other,
     "550 5.5.0 Le compte du destinataire est bloque. The recipient account isblocked. "
     "LPN007_426"},
    {hard_other,
     "550 extended mailbox: due to extended inactivity new mail is not currently being "
     "accepted for this mailbox"},
    {hard_other, "550 This account is not allowed to receive mail ann@shop.test"},
    {hard_other,
     "550 RCP-P2 http://postmaster.facebook.test/response_codes Refused due to "
     "recipient preferences"},
    {hard_other, "550 5.7.1 You have been blocked by the recipient"},
    {hard_other, "The user(s) account is temporarily limited."},
    {hard_other, "550 ann@shop.test has restricted SMS e-mail"},
    {hard_other, "Cannot route mail to user (ann@shop.test)."},
    {hard_other, "550 5.2.0 <ann@shop.test> mailbox is not accepting any mail"},
    {soft_mailbox_full, "552 5.2.2 Over quota"},
    {soft_mailbox_full, "552 Requested mailbox exceeds quota."},
    {soft_mailbox_full,
     "452 4.2.2 The email account that you tried to reach is over quota. Please direct "
     "the recipient to"},
    {soft_mailbox_full,
     "552 5.2.2 This message is larger than the current system limit or the recipient's "
     "mailbox is full."},
    {soft_mailbox_full, "552 recipient storage full, try again later"},
    {soft_mailbox_full, "551 bounce as<the destination mailbox <ann@shop.test> is full> queue as 100.1"},
    {soft_mailbox_full, "552 sorry, mailbox ann@shop.test is over quota temporarily (#5.1.1)"},
    {soft_mailbox_full,
     "554 5.2.2 mailbox full; "
     "STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded"},
    {soft_mailbox_full, "550 Benutzer hat zuviele Mails auf dem Server"},
    {soft_mailbox_full, "User mailbox exceeds allowed size"},
    {soft_mailbox_full,
     "maildir delivery failed: Sorry, the user's maildir has overdrawn his diskspace "
     "quota"},
    {soft_mailbox_full, "Disk quota exceeded"},
    {soft_mailbox_full, "mailbox is full: retry timeout exceeded"},
    {soft_mailbox_full, "550 Mailquota exceeded"},
    {soft_mailbox_full, "450 4.2.2 <ann@shop.test>: user is overquota"},
    {soft_mailbox_full, "The user's space has been used up."},
    {soft_mailbox_full, "554 Kontingent ueberschritten: quota exceeded for ann"},
    {soft_mailbox_full, "552 5.7.1 This user's inbox is full"},
    {soft_mailbox_full, "550 5.2.2 STOREDRV; quota: recipient's mailbox would exceed"},
    {soft_mailbox_full, "error writing message: Disk quota exceeded"},
    {soft_mailbox_full, "421 4.2.2 Not enough storage space in mailbox"},
    {soft_mailbox_full, "INBOX FULL"},
    {soft_mailbox_full, "552 ann@shop.test mailbox storage allocation exceeded"},
    {soft_mailbox_full, "Quota exceeded (mailbox for user is full)"},
    {soft_mailbox_full, "554 The recipient's account storage limit has been reached"},
    {soft_too_big, "552 5.3.4 Message size exceeds fixed limit"},
    {soft_too_big, "552 5.2.3 Message length exceeds administrative limit"},
    {soft_too_big, "552 sorry, that message size exceeds my databytes limit (#5.3.4)"},
    {soft_too_big, "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient"},
    {soft_too_big, "554 Message too large"},
    {soft_too_big, "552 5.3.4 Error: message file too big"},
    {soft_too_big, "550 message size exceeds limit of 10 MB"},
    {soft_too_big, "Mail size limit exceeded. For explanation visit http://postmaster.test"},
    {soft_too_big, "552 5.2.3 Your message exceeded Google's message size limits."},
    {soft_too_big, "554 5.3.4 Maximum email size exceeded"},
    {soft_too_big, "File too large"},
    {soft_temporary, "451 4.3.0 Temporary server error. Please try again later. PRX4"},
    {soft_temporary,
     "450 4.2.0 <ann@shop.test>: Recipient address rejected: Greylisted, see "
     "http://postgrey.test"},
    {soft_temporary, "451 Greylisting in action, please come back later"},
    {soft_temporary, "450 4.7.1 graylisted - try again in 300 seconds"},
    {soft_temporary, "connect to mx.shop.test[192.0.2.1]:25: Connection timed out"},
    {soft_temporary, "connect to mx.shop.test[192.0.2.1]:25: Connection refused"},
    {soft_temporary, "lost connection with mx.shop.test while receiving the initial server greeting"},
    {soft_temporary, "4.4.7 Message delayed, delivery expired"},
    {soft_temporary, "451 4.3.5 Server configuration problem"},
    {soft_temporary, "452 4.3.1 Insufficient system storage"},
    {soft_temporary, "554 5.4.6 Too many hops"},
    {soft_temporary, "5.4.6 This message is looping: it already has my Delivered-To line."},
    {soft_temporary, "451 Local error in processing"},
    {soft_temporary, "421 Service not available, closing transmission channel"},
    {soft_temporary, "retry time not reached for any host after a long failure period"},
    {soft_temporary,
     "Host or domain name not found. Name service error for name=shop.test type=MX: "
     "Host not found, try again"},
    {soft_temporary, "No route to host"},
    {soft_temporary, "The recipient server did not accept our requests to connect."},
    {soft_temporary, "432 4.3.2 STOREDRV.Storage; mailbox server is too busy"},
    {soft_temporary, "451 4.4.0 DNS query failed. The error was: SMTPSEND.DNS.ServerFailure"},
    {soft_temporary, "Command died with status 1: \"/usr/bin/procmail\""},
    {soft_temporary, "temporary failure. Command output: lmtp error"},
    {soft_temporary, "451 system load is too high"},
    {soft_temporary, "554 Transaction failed"},
    {soft_temporary, "delivery temporarily suspended: connect to 192.0.2.1: Network is unreachable"},
    {soft_temporary, "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)"},
    {soft_temporary, "The following message has not been delivered: Timeout waiting for server"},
    {soft_temporary, "mail for shop.test loops back to myself"},
    {soft_temporary, "local delivery failed"},
    {soft_temporary, "unable to deliver this message after 3 days"},
    {soft_temporary, "conversation with mx.shop.test timed out while sending end of data"},
    {soft_temporary, "550 4.4.7 QUEUE.Expired; message expired"},
    {policy_spam, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"},
    {policy_spam, "550 5.7.1 Blacklisted by recipient"},
    {policy_spam, "550 spam message rejected. Please visit http://help.mail.test/notspam"},
    {policy_spam, "550 5.7.1 Message rejected as spam by Content Filtering."},
    {policy_spam, "554 5.7.1 Message cannot be accepted, spam rejection"},
    {policy_spam, "550 High probability of spam"},
    {policy_spam, "550 5.7.1 [CS01] Message rejected due to local policy."},
    {policy_spam,
     "550-5.7.1 [192.0.2.1] Our system has detected that this message is likely "
     "unsolicited mail."},
    {policy_spam,
     "554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to "
     "contact tosa@rx.t-online.test to clarify.) (BL)"},
    {policy_spam,
     "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact "
     "your Internet service provider since part of their network is on our block list "
     "(S3140)."},
    {policy_spam, "554 mx.shop.test ESMTP not accepting connections"},
    {policy_spam, "550 SC-001 (COL004) Unfortunately, messages from 192.0.2.1 weren't sent"},
    {policy_spam, "550 OU-002 mail rejected"},
    {policy_spam, "550 DY-001 mail rejected"},
    {policy_spam, "554 RTR:BL http://postmaster.info.aol.test/errors/554rtrbl.html"},
    {policy_spam, "554- (RTR:GE) for policy reasons"},
    {policy_spam, "521 CON:B1 connection refused"},
    {policy_spam, "554 5.7.0 Your message could not be sent. The limit: virus found"},
    {policy_spam,
     "552 5.7.0 This message was blocked because its content presents a potential "
     "security issue."},
    {policy_spam, "554 5.7.1 The message contains prohibited attachment types"},
    {policy_spam, "501 5.1.8 Domain of sender address bob@mail.test does not exist"},
    {policy_spam, "553 5.1.8 <bob@mail.test>... Domain of sender address does not exist"},
    {policy_spam, "550 Administrative prohibition"},
    {policy_auth, "550 Sender verify failed"},
    {policy_spam, "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)"},
    {policy_spam, "550 5.7.1 Requested action not taken: message refused"},
    {policy_spam,
     "554 Your access to this mail system has been rejected due to the sending MTA's "
     "poor reputation."},
    {policy_spam, "550 Denied by policy"},
    {policy_spam, "554 Email rejected due to security policies"},
    {policy_spam, "550 \"The mail server detected your message as spam and has prevented delivery.\""},
    {policy_spam, "571 5.7.1 Message contains spam or virus."},
    {policy_spam, "554 5.7.1 <mx1[192.0.2.1]>: Client host rejected: Access denied"},
    {hard_other, "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized"},
    {policy_auth,
     "550-Verification failed for <news@shop.test>\n550-The account or domain may not exist.\n550 Sender "
     "verify failed"},
    {policy_spam, "554 Invalid IP, it may not send the mail of shop.test"},
    {policy_spam, "550 5.7.511 Access denied, banned sender[192.0.2.1]."},
    {policy_spam, "554 5.6.0 Corrupt message content"},
    {policy_spam, "550 5.7.1 Messages with multiple addresses in From: header are not accepted."},
    {policy_spam, "550 rejected by header based Anti-Spoofing policy"},
    {policy_spam, "550 not allowed access from your location"},
    {policy_spam, "554 Denied (Mode: normal)"},
    {policy_spam, "554 5.7.1 rejected by recurrent pattern detection system"},
    {policy_spam, "5.7.1 Message Discarded: it looks like junk"},
    {policy_spam, "550 dial-up or dynamic-ip denied"},
    {policy_spam, "550 Bad HELO - Host impersonating"},
    {policy_spam, "521 Blocked by our DNS based filter"},
    {policy_auth, "550 5.7.26 This mail has been blocked because the sender is unauthenticated."},
    {policy_auth, "550 5.7.1 Email rejected per DMARC policy for mail.test"},
    {policy_auth, "550 SPF check failed"},
    {policy_auth,
     "553 SPF (Sender Policy Framework) domain authentication fail. Refer to the "
     "Troubleshooting page"},
    {policy_auth, "554 5.7.5 (AU01) Message not accepted: invalid DKIM signature"},
    {policy_auth, "550 5.7.1 Relaying denied"},
    {policy_auth, "550 relaying to <ann@shop.test> prohibited by administrator"},
    {policy_auth, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"},
    {policy_auth, "550 5.7.25 The IP address sending this message does not have a PTR record"},
    {policy_auth, "550 Reverse DNS lookup for host 192.0.2.1 failed permanently"},
    {policy_auth, "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]"},
    {policy_auth, "530 5.7.0 Must issue a STARTTLS command first"},
    {policy_auth, "530 5.7.1 Authentication required"},
    {policy_auth, "550 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"},
    {policy_auth, "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"},
    {policy_auth, "421 4.7.0 TLS required for RCPT domain"},
    {policy_auth,
     "550 5.7.515 Access denied, sending domain mail.test doesn't meet the required "
     "authentication level."},
    {policy_auth, "554 5.7.1 This system is not configured to relay mail from you"},
    {policy_auth, "550 5.7.51 TenantInboundAttribution; Rejecting. Recipient has a partner connector"},
    {policy_auth, "550 Message does not pass DomainKeys requirements"},
    {policy_auth, "554 RTR:RD no reverse dns"},
    {policy_rate, "421 4.7.0 Too many connections from your IP"},
    {policy_rate, "421 RP-001 (BAY) Unfortunately, some messages from 192.0.2.1 weren't sent"},
    {policy_rate,
     "450 4.2.1 The user you are trying to contact is receiving mail at a rate that "
     "prevents additional messages from being delivered."},
    {policy_rate, "550 Ip frequency limited"},
    {policy_rate, "452 4.5.3 Too many recipients"},
    {policy_rate, "421 4.7.1 Messages to ann@me.test deferred due to excessive volume."},
    {policy_rate, "451 4.7.1 <mx[192.0.2.1]>: Client host rejected: Please try again slower"},
    {policy_rate, "421 Too many concurrent SMTP connections; please try again later."},
    {policy_rate, "454 Throttling failure: Maximum sending rate exceeded."},
    {policy_rate, "550 5.2.122 The recipient has exceeded their limit for the number of messages per hour"},
    {policy_rate, "421 HL:ICC 163 smtp5"},
    {policy_rate, "451 4.7.500 Server busy. Please try again later from [192.0.2.1]"},
    {policy_rate, "451 Rate limited"},
    {policy_rate, "450 Requested mail action not taken: too much mail from your host"},
    {policy_rate, "421 4.3.2 All server ports are busy: connection rate limit exceeded"},
    {policy_rate, "421 RLY:B1 too many"},
    {policy_rate, "554 4.7.0 sending daily quota exceeded"},
};

TEST(Replies, have_the_expected_class) {
  for (const ReplyCase& said : kReplyCases) {
    const Classification found = classify_reply(said.reply);
    EXPECT_EQ(name_of(found.bounce_class), name_of(said.meaning)) << said.reply << " (" << found.rule << ")";
  }
}

// RFC 3463 §3 and its registry: the class, the code, its name. Postfix puts its own words in front of them.
struct CodeCase {
  BounceClass meaning;
  std::string_view code;
  std::string_view name;
};
constexpr CodeCase kCodeCases[] = {
    {hard_unknown_user, "5.1.0", "Other address status"},
    {hard_unknown_user, "5.1.1", "Bad destination mailbox address"},
    {hard_unknown_domain, "5.1.2", "Bad destination system address"},
    {hard_unknown_user, "5.1.3", "Bad destination mailbox address syntax"},
    {hard_other, "5.1.4", "Destination mailbox address ambiguous"},
    {hard_other, "5.1.6", "Destination mailbox has moved, No forwarding address"},
    {policy_spam, "5.1.7", "Bad sender's mailbox address syntax"},
    {policy_spam, "5.1.8", "Bad sender's system address"},
    {soft_temporary, "5.1.9", "Message relayed to non-compliant mailer"},
    {hard_unknown_domain, "5.1.10", "Recipient address has null MX"},
    {hard_other, "5.2.0", "Other or undefined mailbox status"},
    {hard_other, "5.2.1", "Mailbox disabled, not accepting messages"},
    {soft_mailbox_full, "5.2.2", "Mailbox full"},
    {soft_too_big, "5.2.3", "Message length exceeds administrative limit"},
    {hard_other, "5.2.4", "Mailing list expansion problem"},
    {soft_temporary, "5.3.0", "Other or undefined mail system status"},
    {soft_temporary, "5.3.1", "Mail system full"},
    {hard_unknown_domain, "5.3.2", "System not accepting network messages"},
    {soft_temporary, "5.3.3", "System not capable of selected features"},
    {soft_too_big, "5.3.4", "Message too big for system"},
    {soft_temporary, "5.3.5", "System incorrectly configured"},
    {soft_temporary, "5.4.0", "Other or undefined network or routing status"},
    {soft_temporary, "5.4.1", "No answer from host"},
    {soft_temporary, "5.4.2", "Bad connection"},
    {soft_temporary, "5.4.3", "Directory server failure"},
    {hard_unknown_domain, "5.4.4", "Unable to route"},
    {policy_rate, "5.4.5", "Mail system congestion"},
    {soft_temporary, "5.4.6", "Routing loop detected"},
    {soft_temporary, "5.4.7", "Delivery time expired"},
    {other, "5.5.1", "Invalid command"},
    {other, "5.5.2", "Syntax error"},
    {policy_rate, "5.5.3", "Too many recipients"},
    {other, "5.5.4", "Invalid command arguments"},
    {other, "5.5.5", "Wrong protocol version"},
    {policy_spam, "5.6.0", "Other or undefined media error"},
    {policy_spam, "5.6.1", "Media not supported"},
    {policy_spam, "5.6.2", "Conversion required and prohibited"},
    {policy_spam, "5.6.3", "Conversion required but not supported"},
    {policy_spam, "5.6.5", "Conversion Failed"},
    {policy_spam, "5.6.6", "Message content not available"},
    {policy_spam, "5.6.7", "Non-ASCII addresses not permitted for that sender/recipient"},
    {policy_spam, "5.6.9", "UTF-8 header message cannot be transferred"},
    {policy_auth, "5.7.0", "Other or undefined security status"},
    {policy_auth, "5.7.1", "Delivery not authorized, message refused"},
    {policy_auth, "5.7.2", "Mailing list expansion prohibited"},
    {policy_auth, "5.7.3", "Security conversion required but not possible"},
    {policy_auth, "5.7.4", "Security features not supported"},
    {policy_auth, "5.7.5", "Cryptographic failure"},
    {policy_auth, "5.7.6", "Cryptographic algorithm not supported"},
    {policy_auth, "5.7.7", "Message integrity failure"},
    {policy_auth, "5.7.8", "Authentication credentials invalid"},
    {policy_auth, "5.7.9", "Authentication mechanism is too weak"},
    {policy_auth, "5.7.10", "Encryption Needed"},
    {hard_other, "5.7.13", "User Account Disabled"},
    {policy_auth, "5.7.14", "Trust relationship required"},
    {hard_other, "5.7.17", "Mailbox owner has changed"},
    {hard_other, "5.7.18", "Domain owner has changed"},
    {policy_auth, "5.7.20", "No passing DKIM signature found"},
    {policy_auth, "5.7.23", "SPF validation failed"},
    {policy_auth, "5.7.25", "Reverse DNS validation failed"},
    {policy_auth, "5.7.26", "Multiple authentication checks failed"},
    {policy_spam, "5.7.27", "Sender address has null MX"},
};

TEST(Replies, name_the_codes_of_the_registry) {
  for (const CodeCase& named : kCodeCases) {
    const std::string code(named.code);
    const std::string name(named.name);
    for (const std::string& reply :
         {"550 " + code + " " + name, "550 " + code + " <ann@shop.test>: Recipient address rejected: " + name,
          name}) {
      const Classification found = classify_reply(reply);
      EXPECT_EQ(name_of(found.bounce_class), name_of(named.meaning)) << reply << " (" << found.rule << ")";
    }
  }
}

TEST(Replies, without_words_are_classified_by_their_codes) {
  EXPECT_EQ(classify_reply("550 5.1.1").bounce_class, hard_unknown_user);
  EXPECT_EQ(classify_reply("552 5.2.2").bounce_class, soft_mailbox_full);
  EXPECT_EQ(classify_reply("450").bounce_class, soft_temporary);
  EXPECT_EQ(classify_reply("504 what?").bounce_class, other);
  EXPECT_EQ(classify_reply("").bounce_class, other);
  EXPECT_EQ(classify_reply("550").bounce_class, other);
}

}  // namespace
}  // namespace sesame::bounces
