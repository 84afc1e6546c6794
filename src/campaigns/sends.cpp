#include "campaigns/sends.hpp"

#include <algorithm>
#include <map>

#include "base/ascii.hpp"
#include "campaigns/mail_facts.hpp"
#include "campaigns/message_ids.hpp"
#include "storage/sql_text.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::SqlText kInserted{
    "account_id, region, message_id, header_id, template_data, sender_domain, from_address, to_list, "
    "cc_list, bcc_list, open, created_ms, mailing, app_id, subject, template_id, callback_headers, "
    "addressees, call_request_id, call_credential, call_client"};
constexpr storage::Sql kInsertSend{"campaigns.insert_send",
                                   storage::sql_join<"INSERT INTO send (", kInserted, ") VALUES (",
                                                     storage::sql_parameters<kInserted>, ")">};
constexpr storage::Sql kCloseEnvelopes{"campaigns.close_envelopes",
                                       "UPDATE send SET open = open - ?2, mailing = CASE WHEN open <= ?2 "
                                       "THEN NULL ELSE mailing END WHERE send_id = ?1"};

constexpr char kToField = 't';
constexpr char kCcField = 'c';

// Acceptable addresses contain no line feed, so lists are stored as lines.
std::string join(const std::vector<std::string>& addresses) {
  std::string lines;
  for (const std::string& address : addresses) lines += address + "\n";
  return lines;
}

std::string callback_lines(const std::vector<content::Header>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) {
    if (ascii::istarts_with(name, kCallbackPrefix)) lines += name + ": " + value + "\n";
  }
  return lines;
}

// Acceptable addresses contain no tab, names no control character.
std::optional<std::string> addressee_lines(const std::optional<content::Addressees>& addressees) {
  if (!addressees) return std::nullopt;
  std::string lines;
  const auto add = [&lines](char field, const std::vector<mime::Mailbox>& mailboxes) {
    for (const auto& [name, address] : mailboxes) lines += field + address + "\t" + name + "\n";
  };
  add(kToField, addressees->to);
  add(kCcField, addressees->cc);
  return lines;
}

std::vector<std::string> all_of(std::vector<std::string> to, const std::vector<std::string>& cc,
                                const std::vector<std::string>& bcc) {
  to.insert(to.end(), cc.begin(), cc.end());
  to.insert(to.end(), bcc.begin(), bcc.end());
  return to;
}

}  // namespace

content::Addressees read_addressees(std::string_view lines) {
  content::Addressees addressees;
  for (const std::string_view line : ascii::split(lines, '\n')) {
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    auto& field = line.front() == kCcField ? addressees.cc : addressees.to;
    field.push_back(
        {std::string(line.substr(std::min(tab, line.size() - 1) + 1)), std::string(line.substr(1, tab - 1))});
  }
  return addressees;
}

StoredSend create_send(storage::Writer& writer, Random& random, const NewSend& send) {
  const MessageIds ids(MessageIds::make_key(random), send.app_id, send.now_ms);
  StoredSend stored;
  stored.message_id = ids.api_id(0);
  stored.envelopes = all_of(send.to, send.cc, send.bcc);
  const std::string header_id =
      send.header_id.empty() ? ids.header_id(0, send.sender_domain) : send.header_id;
  stored.id =
      writer.insert(kInsertSend, send.scope.account_id, send.scope.region, stored.message_id, header_id,
                    send.template_data, send.sender_domain, send.from_address, join(send.to), join(send.cc),
                    join(send.bcc), stored.envelopes.size() - send.withheld, send.now_ms,
                    storage::Blob(std::as_bytes(std::span(send.mailing))), send.app_id, send.subject,
                    send.template_id, callback_lines(send.headers), addressee_lines(send.addressees),
                    send.call.request_id, send.call.credential, send.call.client);
  return stored;
}

void close_envelopes(storage::Writer& writer, std::span<const std::int64_t> send_ids) {
  // One change per send, even with many envelopes: its row may have megabytes.
  std::map<std::int64_t, std::int64_t> closed;
  for (const std::int64_t send_id : send_ids) ++closed[send_id];
  for (const auto& [send_id, count] : closed) writer.run(kCloseEnvelopes, send_id, count);
}

}  // namespace sesame::campaigns
