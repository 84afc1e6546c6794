#include "bounces/ses_json.hpp"

#include <boost/json.hpp>

#include "base/ascii.hpp"

namespace sesame::bounces {

namespace json = boost::json;

namespace {

constexpr std::size_t kJsonDepth = 32;

/// Finds the first JSON object of a text; any text may follow it.
json::value first_object(std::string_view text) {
  const std::size_t start = text.find('{');
  if (start == text.npos) return nullptr;
  // Servers break lines of more than 998 bytes (RFC 5322 §2.1.1), also within a string.
  std::string joined;
  for (std::size_t at = start; at < text.size(); ++at) {
    if (text[at] != '\n')
      joined.push_back(text[at]);
    else if (at + 1 < text.size() && text[at + 1] == ' ')
      ++at;
  }
  json::parse_options options;
  options.max_depth = kJsonDepth;
  json::stream_parser parser({}, options);
  json::error_code error;
  parser.write_some(joined, error);
  if (error || !parser.done()) return nullptr;
  return parser.release();
}

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

/// Empty when the text is longer than kFieldBytes.
std::string short_text_in(const json::object& object, std::string_view name) {
  std::string text = text_in(object, name);
  return text.size() > kFieldBytes ? std::string() : text;
}

void read_recipients(const json::object& report, std::string_view list_name, const std::string& fallback,
                     BounceMail& mail) {
  const json::value* value = report.if_contains(list_name);
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return;
  for (const json::value& item : *list) {
    const json::object* recipient = item.if_object();
    if (recipient == nullptr || mail.notices.size() >= kNoticesMax) continue;
    Notice notice;
    notice.address = short_text_in(*recipient, "emailAddress");
    notice.action = ascii::lower(short_text_in(*recipient, "action"));
    notice.status = short_text_in(*recipient, "status");
    notice.diagnostic = text_in(*recipient, "diagnosticCode");
    if (notice.diagnostic.starts_with("smtp;")) notice.diagnostic.erase(0, 5);
    notice.words = fallback;
    mail.notices.push_back(std::move(notice));
  }
}

/// Adds a notice per address of the list; all other members are those of `same`.
void read_addresses(const json::object& object, std::string_view list_name, Notice same, BounceMail& mail) {
  const json::value* value = object.if_contains(list_name);
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return;
  for (const json::value& item : *list) {
    const json::string* address = item.if_string();
    if (address == nullptr || mail.notices.size() >= kNoticesMax) continue;
    if (address->size() > kFieldBytes) continue;
    same.address = std::string(*address);
    mail.notices.push_back(same);
  }
}

void read_returned(const json::object& sent, ReturnedMail& returned) {
  returned.return_path = text_in(sent, "source");
  const json::object* headers = object_in(sent, "commonHeaders");
  if (headers == nullptr) return;
  returned.message_id = text_in(*headers, "messageId");
  if (returned.message_id.starts_with('<') && returned.message_id.ends_with('>'))
    returned.message_id = returned.message_id.substr(1, returned.message_id.size() - 2);
}

}  // namespace

bool read_ses_notification(std::string_view text, BounceMail& mail) {
  if (text.find("otificationType") == text.npos && text.find("eventType") == text.npos) return false;
  json::value value = first_object(text);
  const json::object* notification = value.if_object();
  if (notification == nullptr) return false;
  json::value inner;
  if (const std::string message = text_in(*notification, "Message"); !message.empty()) {
    inner = first_object(message);
    if (inner.is_object()) notification = inner.if_object();
  }
  if (const json::object* sent = object_in(*notification, "mail")) read_returned(*sent, mail.returned);
  if (const json::object* bounce = object_in(*notification, "bounce")) {
    mail.kind = BounceMail::Kind::bounce;
    read_recipients(
        *bounce, "bouncedRecipients",
        short_text_in(*bounce, "bounceType") + " bounce: " + short_text_in(*bounce, "bounceSubType"), mail);
    return !mail.notices.empty();
  }
  if (const json::object* delivery = object_in(*notification, "delivery")) {
    mail.kind = BounceMail::Kind::bounce;
    const Notice arrived{.action = "delivered", .diagnostic = short_text_in(*delivery, "smtpResponse")};
    read_addresses(*delivery, "recipients", arrived, mail);
    return !mail.notices.empty();
  }
  if (const json::object* delay = object_in(*notification, "deliveryDelay")) {
    mail.kind = BounceMail::Kind::bounce;
    read_recipients(*delay, "delayedRecipients", "Transient bounce: " + short_text_in(*delay, "delayType"),
                    mail);
    for (Notice& notice : mail.notices) notice.action = "delayed";
    return !mail.notices.empty();
  }
  if (const json::object* reject = object_in(*notification, "reject")) {
    mail.kind = BounceMail::Kind::bounce;
    const json::object* sent = object_in(*notification, "mail");
    const Notice refused{.action = "failed", .diagnostic = "Rejected: " + short_text_in(*reject, "reason")};
    if (sent != nullptr) read_addresses(*sent, "destination", refused, mail);
    return !mail.notices.empty();
  }
  if (const json::object* complaint = object_in(*notification, "complaint")) {
    mail.kind = BounceMail::Kind::abuse_report;
    mail.feedback_type = ascii::lower(short_text_in(*complaint, "complaintFeedbackType"));
    if (mail.feedback_type.empty()) mail.feedback_type = "abuse";
    read_recipients(*complaint, "complainedRecipients", "", mail);
    return !mail.notices.empty();
  }
  return false;
}

}  // namespace sesame::bounces
