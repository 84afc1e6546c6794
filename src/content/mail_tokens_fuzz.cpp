#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "content/mail_tokens.hpp"

namespace content = sesame::content;

// A stranger's token is never opened; one of ours comes back, and not when a bit of it is changed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const content::MailTokens tokens(content::MailTokens::Key{1, 2, 3});
  static const content::MailTokens others(content::MailTokens::Key{4, 5, 6});
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto use : {content::TokenUse::open, content::TokenUse::click, content::TokenUse::unsubscribe}) {
    if (tokens.open(use, input)) std::abort();
  }
  if (tokens.open_from_address(content::TokenUse::bounce, input)) std::abort();

  if (size < 4 || size > 8 * 1024) return 0;
  const sesame::accounts::MailId mail{data[0], sesame::accounts::MailId::Kind(data[1] & 1), data[2], data[3]};
  const std::string_view payload = input.substr(4);
  const std::string token = tokens.make(content::TokenUse::click, mail, payload);
  const auto opened = tokens.open(content::TokenUse::click, token);
  if (!opened || opened->mail != mail || opened->payload != payload) std::abort();
  if (tokens.open(content::TokenUse::open, token) || others.open(content::TokenUse::click, token))
    std::abort();
  // Some bits of the last character may be unused.
  std::string changed = token;
  char& c = changed[data[0] % (changed.size() - 1)];
  c = c == 'A' ? 'B' : 'A';
  if (tokens.open(content::TokenUse::click, changed)) std::abort();
  const std::string address = tokens.make_for_address(content::TokenUse::bounce, mail);
  if (tokens.open_from_address(content::TokenUse::bounce, address) != mail) std::abort();
  return 0;
}
