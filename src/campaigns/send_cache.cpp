#include "campaigns/send_cache.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/sends.hpp"
#include "content/mailing.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kGetSend{
    "campaigns.get_send",
    "SELECT account_id, region, header_id, template_data, sender_domain, to_list, cc_list, bcc_list, "
    "addressees, mailing FROM send WHERE send_id = ?1 AND mailing IS NOT NULL"};

std::vector<std::string> split(std::string_view lines) {
  std::vector<std::string> addresses;
  for (const std::string_view address : ascii::split(lines, '\n')) {
    if (!address.empty()) addresses.emplace_back(address);
  }
  return addresses;
}

}  // namespace

Result<std::shared_ptr<const SendMailing>> SendMailing::open(storage::Reader& reader,
                                                             const ComposeContext& context,
                                                             std::int64_t send_id) {
  const auto row = reader.query(kGetSend, send_id);
  if (!row->next()) return Error(errors::kSendMissing).with("value", std::to_string(send_id));
  const accounts::Scope scope{row->next_integer(), std::string(row->next_text())};
  content::Letter letter;
  letter.id = {scope.account_id, accounts::MailId::Kind::send, send_id, 0};
  letter.message_id = row->next_text();
  letter.data_json = row->next_text();
  const std::string domain(row->next_text());
  letter.to = split(row->next_text());
  letter.cc = split(row->next_text());
  std::vector<std::string> envelopes = letter.to;
  for (const std::string& address : letter.cc) envelopes.push_back(address);
  for (std::string& address : split(row->next_text())) envelopes.push_back(std::move(address));
  if (const auto addressees = row->next_optional_text()) letter.addressees = read_addressees(*addressees);
  const storage::Blob packed = row->next_blob();
  Result<content::Mailing> mailing =
      content::unpack_mailing({reinterpret_cast<const char*>(packed.data()), packed.size()});
  if (!mailing) return std::move(mailing).error();
  Result<senders::Signers> keys = context.signers->signers_for(reader, scope, domain);
  if (!keys) return std::move(keys).error();
  mailing->signers = std::move(*keys);
  Result<content::Composer> composer = content::Composer::create(std::move(*mailing), context.links);
  if (!composer) return std::move(composer).error();
  std::shared_ptr<SendMailing> send(new SendMailing(std::move(*composer), *context.clock));
  send->letter_ = std::move(letter);
  send->envelopes_ = std::move(envelopes);
  return std::shared_ptr<const SendMailing>(std::move(send));
}

Result<content::Mail> SendMailing::compose(std::uint32_t ordinal) const {
  if (ordinal >= envelopes_.size()) return Error(errors::kSendMissing);
  content::Letter letter = letter_;
  letter.envelope_to = envelopes_[ordinal];
  letter.id.ordinal = ordinal;
  letter.date_s = clock_.now_ms() / 1000;
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
  // Another composer may have opened it meanwhile; its place is one of few.
  const bool known = std::ranges::any_of(open_, [&](const auto& one) { return one.first == send_id; });
  if (known) return opened;
  open_.emplace_front(send_id, *opened);
  if (open_.size() > kOpenSendsMax) open_.pop_back();
  return opened;
}

}  // namespace sesame::campaigns
