#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/mail_id.hpp"

namespace sesame::content {

/// The use of a token; a token made for one use does not open for another. Part of every token: append, never
/// renumber.
enum class TokenUse : std::uint8_t {
  open = 1,
  click = 2,
  unsubscribe = 3,
  bounce = 4,
  // With the facts of MadeLink in front of the payload.
  timed_open = 5,
  timed_click = 6,
};

/// The content of a token.
struct OpenedToken {
  accounts::MailId mail;
  std::string payload;  // Chosen by the maker: the address of a link, for example.
};

/// Short signed texts that name a mail without a look-up: in the link behind a click, in the return path of a
/// bounce. Without the key they can be read, but neither made nor changed (keyed BLAKE2b, 96 bits of it: RFC
/// 7693 §2.9). The tokens themselves never expire; a reader may look at the time in a MadeLink. Immutable.
/// Thread: any.
class MailTokens {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  using Key = std::array<unsigned char, kKeyBytes>;

  explicit MailTokens(const Key& key);
  ~MailTokens();  // The key is wiped.
  MailTokens(const MailTokens&) = delete;
  MailTokens& operator=(const MailTokens&) = delete;

  /// For URLs: letters, digits, `-` and `_` (base64url). About 30 characters, and 4 for each 3 bytes of
  /// payload.
  std::string make(TokenUse use, const accounts::MailId& mail, std::string_view payload = {}) const;
  /// Opens a token; nullopt when make() did not make it with this key for this use. Takes any bytes.
  std::optional<OpenedToken> open(TokenUse use, std::string_view token) const;

  /// For local parts of addresses: lower-case letters and digits only, at most 52 characters (some servers
  /// change the case of an address, all keep 64: RFC 5321 §4.5.3.1.1). Without payload.
  std::string make_for_address(TokenUse use, const accounts::MailId& mail) const;
  /// As open(), for make_for_address(); upper and lower case are equal.
  std::optional<accounts::MailId> open_from_address(TokenUse use, std::string_view token) const;

 private:
  std::string sealed(TokenUse use, const accounts::MailId& mail, std::string_view payload) const;
  std::optional<OpenedToken> unsealed(TokenUse use, std::string_view bytes) const;

  Key key_;
};

}  // namespace sesame::content
