#include "dns/wire_answer.hpp"

#include <ares.h>

#include <algorithm>
#include <memory>

#include "base/ascii.hpp"
#include "dns/errors.hpp"

namespace sesame::dns {
namespace {

constexpr std::size_t kHeaderBytes = 12;  // RFC 1035 §4.1.1
constexpr unsigned char kAuthoritative = 0x04;
constexpr unsigned char kRecursionAvailable = 0x80;

struct FreeAres {
  void operator()(void* data) const { ares_free_data(data); }
};

Error unreadable(int status) { return Error(errors::kNoAnswer).because(ares_strerror(status)); }

int size_of(WireBytes message) { return static_cast<int>(message.size()); }

}  // namespace

bool may_deny(WireBytes message) {
  return message.size() >= kHeaderBytes &&
         ((message[2] & kAuthoritative) != 0 || (message[3] & kRecursionAvailable) != 0);
}

Result<Resolver::Texts> read_texts(WireBytes message) {
  ares_txt_ext* parsed = nullptr;
  const int status = ares_parse_txt_reply_ext(message.data(), size_of(message), &parsed);
  const std::unique_ptr<ares_txt_ext, FreeAres> owner(parsed);
  if (status == ARES_ENODATA) return Resolver::Texts();
  if (status != ARES_SUCCESS) return unreadable(status);
  Resolver::Texts texts;
  for (const ares_txt_ext* part = parsed; part != nullptr; part = part->next) {
    if (part->record_start != 0 || texts.empty()) texts.emplace_back();
    texts.back().append(reinterpret_cast<const char*>(part->txt), part->length);
  }
  return texts;
}

Result<Resolver::MailHosts> read_mail_hosts(WireBytes message) {
  ares_mx_reply* parsed = nullptr;
  const int status = ares_parse_mx_reply(message.data(), size_of(message), &parsed);
  const std::unique_ptr<ares_mx_reply, FreeAres> owner(parsed);
  if (status == ARES_ENODATA) return Resolver::MailHosts();
  if (status != ARES_SUCCESS) return unreadable(status);
  Resolver::MailHosts hosts;
  for (const ares_mx_reply* row = parsed; row != nullptr; row = row->next) {
    std::string host = ascii::lower(row->host);
    if (host.ends_with('.')) host.pop_back();
    hosts.push_back({row->priority, std::move(host)});
  }
  std::ranges::stable_sort(hosts, {}, &MailHost::preference);
  return hosts;
}

}  // namespace sesame::dns
