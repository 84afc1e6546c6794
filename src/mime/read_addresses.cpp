#include "mime/read_addresses.hpp"

#include <gmime/gmime.h>

#include <memory>
#include <string>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/gmime_start.hpp"
#include "mime/read_mail.hpp"

namespace sesame::mime {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using AddressList = std::unique_ptr<InternetAddressList, Unref>;

constexpr std::size_t kFieldBytesMax = 64 * 1024;
constexpr int kGroupsDeepMax = 3;  // RFC 5322 §3.4 nests none.

std::string display_name(const char* text) {
  if (text == nullptr) return {};
  std::string name = text;
  if (!utf8::valid(name)) name = as_utf8(name, "");
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return std::string(utf8::truncate(ascii::trim(name), kMaxAliasBytes));
}

void gather(InternetAddressList* list, int depth, std::size_t most, std::vector<Mailbox>& mailboxes) {
  const int count = internet_address_list_length(list);
  for (int index = 0; index < count && mailboxes.size() < most; ++index) {
    InternetAddress* entry = internet_address_list_get_address(list, index);
    if (INTERNET_ADDRESS_IS_GROUP(entry)) {
      InternetAddressList* members = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(entry));
      if (members != nullptr && depth < kGroupsDeepMax) gather(members, depth + 1, most, mailboxes);
      continue;
    }
    const char* address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(entry));
    if (address == nullptr || check_address(address) != AddressFault::none) continue;
    mailboxes.push_back({display_name(internet_address_get_name(entry)), address});
  }
}

}  // namespace

std::vector<Mailbox> read_addresses(std::string_view field, std::size_t mailboxes_max) {
  start_gmime();
  std::vector<Mailbox> mailboxes;
  const std::string text(field.substr(0, kFieldBytesMax));
  const AddressList list(internet_address_list_parse(nullptr, text.c_str()));
  if (list) gather(list.get(), 0, mailboxes_max, mailboxes);
  return mailboxes;
}

}  // namespace sesame::mime
