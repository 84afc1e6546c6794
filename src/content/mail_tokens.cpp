#include "content/mail_tokens.hpp"

#include <sodium.h>

#include <cstring>
#include <limits>
#include <new>

#include "base/bytes.hpp"

namespace sesame::content {

namespace {

constexpr std::size_t kTagBytes = 12;
// Base64 of a link's address; a request line has no room for more anyway.
constexpr std::size_t kTokenCharsMax = 16 * 1024;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 §6, in lower case.

using Tag = std::array<unsigned char, kTagBytes>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Tag tag_of(const MailTokens::Key& key, TokenUse use, std::string_view body) {
  crypto_generichash_state state;
  Tag tag;
  const auto use_byte = static_cast<unsigned char>(use);
  crypto_generichash_init(&state, key.data(), key.size(), tag.size());
  crypto_generichash_update(&state, &use_byte, 1);
  crypto_generichash_update(&state, bytes_of(body), body.size());
  crypto_generichash_final(&state, tag.data(), tag.size());
  return tag;
}

std::string to_base32(std::string_view bytes) {
  std::string text;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += kBase32[pending >> (bits - 5) & 31];
  }
  if (bits > 0) text += kBase32[pending << (5 - bits) & 31];
  return text;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string bytes;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t value = kBase32.find(lower);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 5 | static_cast<unsigned>(value)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(pending >> bits & 0xff);
  }
  return bytes;
}

}  // namespace

MailTokens::MailTokens(const Key& key) : key_(key) {
  if (sodium_init() < 0) throw std::bad_alloc();
}

MailTokens::~MailTokens() { sodium_memzero(key_.data(), key_.size()); }

std::string MailTokens::sealed(TokenUse use, const accounts::MailId& mail, std::string_view payload) const {
  std::string body;
  ByteWriter out(body);
  out.varint(static_cast<std::uint64_t>(mail.kind));
  out.varint(static_cast<std::uint64_t>(mail.account_id));
  out.varint(static_cast<std::uint64_t>(mail.parent_id));
  out.varint(mail.ordinal);
  body += payload;
  const Tag tag = tag_of(key_, use, body);
  return std::string(reinterpret_cast<const char*>(tag.data()), tag.size()) + body;
}

std::optional<OpenedToken> MailTokens::unsealed(TokenUse use, std::string_view bytes) const {
  if (bytes.size() < kTagBytes) return std::nullopt;
  const std::string_view body = bytes.substr(kTagBytes);
  const Tag tag = tag_of(key_, use, body);
  if (sodium_memcmp(tag.data(), bytes.data(), tag.size()) != 0) return std::nullopt;
  ByteReader in(body);
  const std::uint64_t kind = in.varint();
  const std::uint64_t account_id = in.varint();
  const std::uint64_t parent_id = in.varint();
  const std::uint64_t ordinal = in.varint();
  if (in.failed() || kind > static_cast<std::uint64_t>(accounts::MailId::Kind::send) ||
      ordinal > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  OpenedToken opened;
  opened.mail.kind = static_cast<accounts::MailId::Kind>(kind);
  opened.mail.account_id = static_cast<std::int64_t>(account_id);
  opened.mail.parent_id = static_cast<std::int64_t>(parent_id);
  opened.mail.ordinal = static_cast<std::uint32_t>(ordinal);
  opened.payload = in.rest();
  return opened;
}

std::string MailTokens::make(TokenUse use, const accounts::MailId& mail, std::string_view payload) const {
  const std::string bytes = sealed(use, mail, payload);
  std::string token(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');  // With room for a NUL.
  sodium_bin2base64(token.data(), token.size(), bytes_of(bytes), bytes.size(), kBase64);
  token.pop_back();
  return token;
}

std::optional<OpenedToken> MailTokens::open(TokenUse use, std::string_view token) const {
  if (token.empty() || token.size() > kTokenCharsMax) return std::nullopt;
  std::string bytes(token.size(), '\0');
  std::size_t got = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), token.data(),
                        token.size(), nullptr, &got, nullptr, kBase64) != 0)
    return std::nullopt;
  return unsealed(use, std::string_view(bytes).substr(0, got));
}

std::string MailTokens::make_for_address(TokenUse use, const accounts::MailId& mail) const {
  return to_base32(sealed(use, mail, {}));
}

std::optional<accounts::MailId> MailTokens::open_from_address(TokenUse use, std::string_view token) const {
  if (token.size() > 64) return std::nullopt;
  const auto bytes = from_base32(token);
  if (!bytes) return std::nullopt;
  auto opened = unsealed(use, *bytes);
  if (!opened || !opened->payload.empty()) return std::nullopt;
  return opened->mail;
}

}  // namespace sesame::content
