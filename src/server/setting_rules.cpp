#include "cloudapi/gateway.hpp"
#include "server/settings.hpp"

namespace sesame::server {

namespace {

using Kind = SettingRule::Kind;

constexpr std::int64_t kMany = 1'000'000'000;

SettingRule text(std::string_view key, std::string_view fallback, std::string_view help) {
  return {key, Kind::text, fallback, help};
}
SettingRule secret(std::string_view key, std::string_view help) {
  return {key, Kind::text, "", help, {}, 0, 0, true};
}
SettingRule number(std::string_view key, std::string_view fallback, std::int64_t min, std::int64_t max,
                   std::string_view help) {
  return {key, Kind::integer, fallback, help, {}, min, max};
}
SettingRule choice(std::string_view key, std::string_view choices, std::string_view fallback,
                   std::string_view help) {
  return {key, Kind::choice, fallback, help, choices};
}

std::vector<SettingRule> server_rules() {
  return {
      text("listen", "127.0.0.1:8080", "where the API listens, HOST:PORT (port 0: chosen by the kernel)"),
      text("public_url", "",
           "where recipients reach this server, http(s)://HOST; empty: in the sandbox where it listens, else "
           "nowhere: "
           "mails carry no links back"),
      text("data_dir", "var", "folder of the database and of the master key"),
      text("database", "", "sqlite:PATH; empty: sesame.db in data_dir"),
      choice("log.level", "debug info warning error", "info", "what is logged, from this level up"),
      choice("log.form", "text json", "text", "key=value lines or one JSON object a line"),
      text("tls.certificate", "", "PEM file with the certificate chain; empty: plain HTTP"),
      text("tls.key", "", "PEM file with the private key"),
      number("http.threads", "0", 0, 256, "event loops; 0: one per core"),
      number("http.connections", "4096", 1, 1'000'000, "open client connections"),
      number("http.bodies_bytes", "268435456", cloudapi::kBodyBytesMax, 1'000'000'000'000,
             "memory for all request bodies under way, beyond the first 64 KiB of each"),
      number("http.read_timeout_s", "30", 1, 3600, "for a whole request to arrive once it began"),
      number("http.idle_timeout_s", "75", 1, 3600, "for a kept-alive connection without a request"),
      {"api.regions", Kind::list, "ap-guangzhou,ap-hongkong,ap-singapore", "regions that are served"},
      choice("api.language", "en zh", "en", "language of messages when a request names none"),
  };
}

std::vector<SettingRule> limit_rules() {
  return {
      number("limits.requests_per_second", "20", 0, kMany, "per action and account; 0: no limit"),
      number("limits.accounts", "1000", 1, 1'000'000, "accounts of this server"),
      number("limits.credentials", "20", 1, kMany, "credentials of an account, disabled ones included"),
      number("limits.recipients_per_request", "20000", 1, 1'000'000, "addresses in one upload"),
      number("limits.recipients_per_group", "50000", 0, kMany, "addresses in one group; 0: no cap"),
      number("limits.groups", "1000", 1, kMany, "recipient groups of an account"),
      number("limits.uploads_queued", "4096", 1, 1'000'000,
             "blocks (10,000 recipients) of a group that wait to be merged"),
      number("limits.templates", "1000", 1, kMany, "templates of an account"),
      number("limits.domains", "10", 1, kMany, "sender domains of an account"),
      number("limits.senders_per_domain", "10", 1, kMany, "sender addresses at one domain"),
      number("limits.custom_blocks", "1000000", 1, kMany,
             "addresses on the block list of an account in a region, expired ones included"),
      number("limits.status_days", "30", 1, 3650, "how far back GetSendEmailStatus looks"),
      number("limits.message_days", "90", 0, 3650,
             "how long a mail is known, so that its links, bounces and complaints count (some laws want "
             "links to "
             "unsubscribe to work for 30 days); 0: for ever"),
      number("limits.statistics_days", "400", 0, 3650,
             "how long the volumes of a day and complaints are kept; 0: for ever"),
      number("limits.mails_per_address_hour", "10", 0, 65'535,
             "mails of an account to one address within an hour; 0: no limit"),
  };
}

std::vector<SettingRule> content_rules() {
  return {
      choice(
          "identity.verification", "auto trust dns", "auto",
          "how a sender domain is verified: trust: at once; dns: when its records are found; auto: trust in "
          "delivery.mode sandbox, else dns"),
      number("identity.recheck_s", "21600", 0, 2'592'000,
             "seconds between two look-ups of a domain's records, give or take a tenth; 0: only on request"),
      number("identity.rechecks_at_once", "4", 1, 1000, "domains whose records are looked up again together"),
      text("identity.spf_include", "spf.sesame.invalid",
           "host that the SPF record of a sender domain includes"),
      text("identity.mx_host", "mx.sesame.invalid", "host that the MX record of a sender domain names"),
      {"identity.mx_strict", Kind::boolean, "false",
       "whether the MX record must name identity.mx_host; else any host that takes mail will do"},
      text("identity.selector", "sesame", "prefix of the DKIM selectors"),
      text("dns.resolver", "", "ADDRESS:PORT of the resolver that is asked; empty: the system's"),
      number("dns.timeout_ms", "2000", 10, 10'000,
             "for the first try of a question; each further one doubles it"),
      number("dns.tries", "2", 1, 5, "how often a question is asked before it counts as unanswered"),
      number("suppression.bounce_days", "14", 0, 3650,
             "how long an address that bounced for good is not mailed; 0: never kept from it"),
      {"reputation.daily_quotas",
       Kind::numbers,
       "500,1000,2000,5000,10000,20000,40000,60000,80000,100000,150000,200000,300000,400000,500000,600000,"
       "700000,800000,900000,1000000",
       "mails a day that a sender domain of level 1, 2, ... may send, as ListEmailIdentities shows them",
       {},
       1,
       kMany},
      number("reputation.level", "1", 1, 1000, "level of the sender domains; beyond the last: the last"),
      {"reputation.enforced", Kind::boolean, "false",
       "whether a sender domain may send no more a day than its level allows; false: no limit"},
      choice("content.template_review", "auto manual", "auto",
             "auto: a template may be mailed at once; manual: once ReviewEmailTemplate approved it"),
      {"sending.custom_content", Kind::boolean, "false", "whether Simple may be used instead of a template"},
  };
}

std::vector<SettingRule> delivery_rules() {
  return {
      choice("delivery.mode", "sandbox relay", "sandbox",
             "sandbox: every mail lands in the built-in inbox, none leaves; relay: to a smarthost"),
      text("delivery.relay", "", "smarthost, HOST:PORT; needed in mode relay"),
      text("delivery.relay_username", "", "user name for AUTH at the smarthost"),
      secret("delivery.relay_password", "password for AUTH at the smarthost"),
      choice("delivery.relay_tls", "off opportunistic required", "opportunistic",
             "STARTTLS at the smarthost"),
      text("delivery.relay_ca", "",
           "PEM file of certificates that sign the smarthost's; empty: the system's"),
      text("delivery.helo", "", "name given in EHLO; empty: the machine's host name"),
      number("delivery.connections", "20", 1, 10'000, "open SMTP connections"),
      number("delivery.messages_per_connection", "1000", 1, kMany, "mails before a connection is renewed"),
      number("delivery.in_flight", "2000", 1, 1'000'000,
             "mails between the queue and their recorded outcome"),
      number("delivery.expiry_hours", "72", 1, 240,
             "time after its first attempt at which a deferred mail is given up"),
      {"delivery.retry_s",
       Kind::numbers,
       "300,900,1800,3600,7200,14400",
       "seconds before each retry of a deferred mail; the last repeats",
       {},
       1,
       604'800},
      number("sandbox.inbox_mails", "100000", 1, kMany, "newest mails the sandbox inbox keeps"),
  };
}

std::vector<SettingRule> feedback_rules() {
  return {
      choice("unsubscribe.numbering", "domestic international", "domestic",
             "what Unsubscribe 1 and 2 mean: domestic: Simplified Chinese and English; international: the "
             "reverse"),
      text("unsubscribe.ad_mark", "(AD)", "what ADLocation puts before or after the subject"),
      {"tracking.opens", Kind::boolean, "true",
       "whether an image in html mails tells when they are opened, unless UpdateTrackingSetting says "
       "otherwise"},
      {"tracking.clicks", Kind::boolean, "true",
       "whether links in html mails lead by way of this server, unless UpdateTrackingSetting says otherwise"},
      number("tracking.machine_ms", "2000", 0, 600'000,
             "a click this soon after the delivery counts as a scanner's; 0: none does"),
      text("bounces.domain", "",
           "domain whose mail exchanger this server is: bounces return there; empty: to the sender"),
      text("bounces.rules", "",
           "TOML file of rules that go before those of `sesame classify --rules`, or replace them by name"),
      {"webhooks.allow_private", Kind::boolean, "false",
       "whether events may be told to private addresses and to this machine"},
      text("webhooks.ca", "", "PEM file of certificates that sign the receivers'; empty: the system's"),
      number("webhooks.at_once", "8", 1, 1000, "posts under way to one webhook"),
      number("webhooks.timeout_s", "10", 1, 600, "for one post"),
      number("webhooks.lifetime_hours", "24", 1, 720, "after that an event that nobody accepts is given up"),
      {"webhooks.retry_s",
       Kind::numbers,
       "60,300,1800,7200,21600",
       "seconds before each retry of an event; the last repeats",
       {},
       1,
       86'400},
      number("webhooks.waiting_max", "10000000", 1, kMany,
             "events waiting for one webhook, about half a KB each; more are not kept"),
      number("webhooks.history_days", "7", 1, 3650, "how long told events are listed and can be told again"),
      number("webhooks.history_max", "1000000", 1, kMany, "and how many of one webhook"),
      text("bounces.listen", "", "where mail for bounces.domain is taken by SMTP, HOST:PORT; empty: nowhere"),
      {"bounces.complaint_addresses", Kind::list, "complaints,fbl,abuse",
       "names at bounces.domain for complaints; postmaster always is one"},
      number("bounces.message_bytes", "26214400", 65'536, 1'000'000'000, "largest mail that is taken"),
      number("bounces.connections", "200", 1, 100'000, "open SMTP connections for it"),
      number("bounces.evidence_bytes", "65536", 0, 10'000'000,
             "kept of each mail that came back, from its front"),
      number("bounces.evidence_mails", "100000", 1, kMany,
             "newest mails that are kept, for each account and region"),
      number("bounces.evidence_days", "90", 1, 3650, "how long they are kept"),
  };
}

std::vector<SettingRule> submission_rules() {
  return {
      {"submission.listen", Kind::list, "",
       "where mail is submitted by SMTP, HOST:PORT (ports 587 and 25): by STARTTLS, or by TLS from the first "
       "byte"},
      {"submission.listen_tls", Kind::list, "",
       "the same by TLS only, HOST:PORT (port 465); empty, both: nowhere"},
      text("submission.certificate", "", "PEM file with the certificate chain; empty: tls.certificate"),
      text("submission.key", "", "PEM file with the private key; empty: tls.key"),
      text("submission.name", "", "how the server introduces itself; empty: as in EHLO (delivery.helo)"),
      number("submission.mail_bytes", "10485760", 1024, 100 * 1024 * 1024, "size of a mail with its files"),
      number("submission.recipients", "50", 1, 1000, "recipients of a mail"),
      number("submission.mails_per_second", "20", 0, kMany, "of an account; 0: no limit"),
      number("submission.failed_logins", "20", 0, kMany,
             "of one peer within 15 minutes; then it may not try for the rest of them; 0: no limit"),
      number("submission.connections", "1000", 1, 1'000'000, "open connections at each address"),
      number("submission.connections_per_peer", "50", 1, 1'000'000, "of these, from one peer"),
  };
}

}  // namespace

const std::vector<SettingRule>& setting_rules() {
  static const std::vector<SettingRule> all = [] {
    std::vector<SettingRule> rules;
    for (const auto& part : {server_rules(), limit_rules(), content_rules(), delivery_rules(),
                             submission_rules(), feedback_rules()}) {
      rules.insert(rules.end(), part.begin(), part.end());
    }
    return rules;
  }();
  return all;
}

}  // namespace sesame::server
