#include "campaigns/sends.hpp"

#include <memory>
#include <sstream>
#include <utility>

#include "campaigns/message_ids.hpp"
#include "content/composer.hpp"
#include "content/mailing.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kInsertSend{"campaigns.insert_send",
                                   "INSERT INTO send (account_id, region, message_id, header_id, "
                                   "template_data, sender_domain, from_address, to_list,"
                                   " cc_list, bcc_list, open, created_ms, mailing) VALUES (?1, ?2, ?3, ?4, "
                                   "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};
constexpr storage::Sql kGetSend{
    "campaigns.get_send",
    "SELECT account_id, region, message_id, header_id, template_data, sender_domain, from_address, to_list, "
    "cc_list,"
    " bcc_list, created_ms, mailing FROM send WHERE send_id = ?1 AND mailing IS NOT NULL"};
constexpr storage::Sql kCloseEnvelope{"campaigns.close_envelope",
                                      "UPDATE send SET open = open - 1, mailing = CASE WHEN open <= 1 THEN "
                                      "NULL ELSE mailing END WHERE send_id = ?1"};

// An acceptable address holds no line feed, so lists are stored as lines.
std::string join(const std::vector<std::string>& addresses) {
  std::string lines;
  for (const std::string& address : addresses) lines += address + "\n";
  return lines;
}

std::vector<std::string> split(std::string_view lines) {
  std::vector<std::string> addresses;
  std::istringstream in{std::string(lines)};
  for (std::string address; std::getline(in, address);) addresses.push_back(address);
  return addresses;
}

std::vector<std::string> all_of(std::vector<std::string> to, const std::vector<std::string>& cc,
                                const std::vector<std::string>& bcc) {
  to.insert(to.end(), cc.begin(), cc.end());
  to.insert(to.end(), bcc.begin(), bcc.end());
  return to;
}

}  // namespace

StoredSend create_send(storage::Writer& writer, Random& random, const NewSend& send) {
  const MessageIds ids(MessageIds::make_key(random), send.app_id, send.now_ms);
  StoredSend stored;
  stored.message_id = ids.api_id(0);
  stored.envelopes = all_of(send.to, send.cc, send.bcc);
  const std::string header_id =
      send.header_id.empty() ? ids.header_id(0, send.sender_domain) : send.header_id;
  stored.id = writer.insert(kInsertSend, send.scope.account_id, send.scope.region, stored.message_id,
                            header_id, send.template_data, send.sender_domain, send.from_address,
                            join(send.to), join(send.cc), join(send.bcc), stored.envelopes.size(),
                            send.now_ms, storage::Blob(std::as_bytes(std::span(send.mailing))));
  return stored;
}

Result<OutgoingLetter> send_letter(storage::Reader& reader, senders::SignerCache& signers,
                                   std::int64_t send_id, std::uint32_t ordinal) {
  const auto row = reader.query(kGetSend, send_id);
  if (!row->next()) return Error("campaigns.send_missing").with("value", std::to_string(send_id));
  OutgoingLetter outgoing;
  outgoing.key = {LetterKey::Kind::send, send_id, ordinal};
  outgoing.scope = {row->integer(0), std::string(row->text(1))};
  outgoing.message_id = row->text(2);
  outgoing.from_address = row->text(6);
  outgoing.requested_ms = row->integer(10);

  content::Letter letter;
  letter.message_id = row->text(3);
  letter.data_json = row->text(4);
  letter.to = split(row->text(7));
  letter.cc = split(row->text(8));
  letter.date_s = outgoing.requested_ms / 1000;
  const std::vector<std::string> envelopes = all_of(letter.to, letter.cc, split(row->text(9)));
  if (ordinal >= envelopes.size())
    return Error("campaigns.send_missing").with("value", std::to_string(send_id));
  letter.envelope_to = envelopes[ordinal];
  outgoing.to_address = letter.envelope_to;

  const storage::Blob packed = row->blob(11);
  Result<content::Mailing> mailing =
      content::unpack_mailing({reinterpret_cast<const char*>(packed.data()), packed.size()});
  if (!mailing) return std::move(mailing).error();
  Result<senders::Signers> keys = signers.signers_for(reader, outgoing.scope, row->text(5));
  if (!keys) return std::move(keys).error();
  mailing->signers = std::move(*keys);
  Result<content::Composer> composer = content::Composer::create(std::move(*mailing));
  if (!composer) return std::move(composer).error();
  auto shared = std::make_shared<const content::Composer>(std::move(*composer));
  outgoing.compose = [shared, letter = std::move(letter)] { return shared->compose(letter); };
  return outgoing;
}

void close_envelopes(storage::Writer& writer, std::span<const std::int64_t> send_ids) {
  for (const std::int64_t send_id : send_ids) writer.run(kCloseEnvelope, send_id);
}

}  // namespace sesame::campaigns
