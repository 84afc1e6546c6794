#include "webhooks/event_body.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "mime/message.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::webhooks {

namespace {

/// Encodes non-ASCII text as encoded words (RFC 2047) on one line.
std::string header_form(std::string_view subject) {
  if (ascii::is_ascii(subject)) return std::string(subject);
  constexpr std::string_view kName = "Subject";
  std::string field;
  mime::append_header(field, kName, subject);
  std::string line;
  for (const char c : std::string_view(field).substr(kName.size() + 2)) {
    if (c != '\r' && c != '\n') line += c;
  }
  return line;
}

/// JSON is UTF-8 (RFC 8259 §8.1); servers' replies and browsers' names may not be.
std::string json_text(const std::string& text) { return utf8::valid(text) ? text : utf8::mended(text); }

bool is_failure(effects::EventKind kind) {
  return kind == effects::EventKind::dropped || kind == effects::EventKind::bounce ||
         kind == effects::EventKind::deferred;
}

}  // namespace

std::string event_body(const effects::Event& event) {
  const effects::SentMail& mail = event.mail;
  boost::json::object body;
  body["event"] = name_of(event.kind);
  body["email"] = json_text(mail.to_address);
  if (event.kind == effects::EventKind::click) body["link"] = json_text(event.link);
  body["bulkId"] = mail.message_id;
  body["timestamp"] = event.happened_ms / 1000;
  if (is_failure(event.kind)) body["reason"] = json_text(event.reason);
  if (event.kind == effects::EventKind::bounce)
    body["bounceType"] = event.hard ? "hard_bounce" : "soft_bounce";
  body["username"] = mail.app_id;
  body["from"] = json_text(mail.from_address);
  body["fromDomain"] = mail.sender_domain;
  body["templateId"] = mail.template_id;
  if (event.kind == effects::EventKind::open || event.kind == effects::EventKind::click)
    body["useragent"] = json_text(event.user_agent);
  body["subject"] = header_form(mail.subject);
  body["messageId"] = mail.header_id;
  body["eventid"] = static_cast<unsigned>(event.kind);
  if (mail.task_id != 0) body["taskId"] = mail.task_id;
  body["sentTimestamp"] = (mail.delivered_ms != 0 ? mail.delivered_ms : mail.requested_ms) / 1000;
  for (const auto& [name, value] : mail.callback_headers) body[name] = value;
  return boost::json::serialize(body);
}

}  // namespace sesame::webhooks
