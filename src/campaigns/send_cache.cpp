#include "campaigns/send_cache.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "campaigns/errors.hpp"
#include "campaigns/sends.hpp"
#include "content/mailing.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kGetSend{
    "campaigns.get_send",
    "SELECT account_id, region, message_id, header_id, template_data, sender_domain, from_address, to_list, "
    "cc_list,"
    " bcc_list, created_ms, mailing, addressees FROM send WHERE send_id = ?1 AND mailing IS NOT NULL"};
std::vector<std::string> split(std::string_view lines) {
  std::vector<std::string> addresses;
  std::istringstream in{std::string(lines)};
  for (std::string address; std::getline(in, address);) addresses.push_back(address);
  return addresses;
}

}  // namespace

Result<std::shared_ptr<const SendMailing>> SendMailing::open(storage::Reader& reader,
                                                             const ComposeContext& context,
                                                             std::int64_t send_id) {
  const auto row = reader.query(kGetSend, send_id);
  if (!row->next()) return Error(errors::kSendMissing).with("value", std::to_string(send_id));
  const accounts::Scope scope{row->integer(0), std::string(row->text(1))};
  content::Letter letter;
  letter.id = {scope.account_id, accounts::MailId::Kind::send, send_id, 0};
  letter.message_id = row->text(3);
  letter.data_json = row->text(4);
  const std::string domain(row->text(5));
  letter.to = split(row->text(7));
  letter.cc = split(row->text(8));
  if (!row->is_null(12)) letter.addressees = read_addressees(row->text(12));
  letter.date_s = row->integer(10) / 1000;
  std::vector<std::string> envelopes = letter.to;
  for (const std::string& address : letter.cc) envelopes.push_back(address);
  for (std::string& address : split(row->text(9))) envelopes.push_back(std::move(address));

  const storage::Blob packed = row->blob(11);
  Result<content::Mailing> mailing =
      content::unpack_mailing({reinterpret_cast<const char*>(packed.data()), packed.size()});
  if (!mailing) return std::move(mailing).error();
  Result<senders::Signers> keys = context.signers->signers_for(reader, scope, domain);
  if (!keys) return std::move(keys).error();
  mailing->signers = std::move(*keys);
  Result<content::Composer> composer = content::Composer::create(std::move(*mailing), context.links);
  if (!composer) return std::move(composer).error();
  std::shared_ptr<SendMailing> send(new SendMailing(std::move(*composer)));
  send->letter_ = std::move(letter);
  send->envelopes_ = std::move(envelopes);
  return std::shared_ptr<const SendMailing>(std::move(send));
}

Result<content::Mail> SendMailing::compose(std::uint32_t ordinal) const {
  if (ordinal >= envelopes_.size()) return Error(errors::kSendMissing);
  content::Letter letter = letter_;
  letter.envelope_to = envelopes_[ordinal];
  letter.id.ordinal = ordinal;
  return composer_.compose(letter);
}

Result<content::Mail> SendCache::compose(std::int64_t send_id, std::uint32_t ordinal) {
  Result<std::shared_ptr<const SendMailing>> send = find_or_open(send_id);
  if (!send) return std::move(send).error();
  return (*send)->compose(ordinal);
}

Result<std::shared_ptr<const SendMailing>> SendCache::find_or_open(std::int64_t send_id) {
  {
    const MutexLock lock(mutex_);
    const auto known =
        std::find_if(open_.begin(), open_.end(), [&](const auto& one) { return one.first == send_id; });
    if (known != open_.end()) return known->second;
  }
  auto opened = database_.get<std::shared_ptr<const SendMailing>>(
      [&](storage::Reader& reader) { return SendMailing::open(reader, context_, send_id); });
  if (!opened) return opened;
  const MutexLock lock(mutex_);
  open_.emplace_front(send_id, *opened);
  if (open_.size() > kOpenSendsMax) open_.pop_back();
  return opened;
}

}  // namespace sesame::campaigns
