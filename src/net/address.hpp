#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sesame::net {

/// An IPv4 or IPv6 address, without a zone. An IPv4 address in IPv6 form (::ffff:192.0.2.7) is an IPv6
/// address and another one than 192.0.2.7. Thread: any.
class Address {
 public:
  /// 0.0.0.0.
  Address() = default;

  /// The address in digits, as inet_pton takes it; nullopt for other text, a zone and brackets included.
  static std::optional<Address> parse(std::string_view text);
  /// Four or sixteen bytes in network order; nullopt for other lengths.
  static std::optional<Address> from_bytes(std::span<const unsigned char> bytes);

  bool is_v4() const { return size_ == kBytes4; }
  /// Whether it is an IPv4 address in IPv6 form (RFC 4291 §2.5.5.2).
  bool is_mapped() const;
  /// Four or sixteen bytes in network order; they live as long as the address.
  std::span<const unsigned char> bytes() const { return {bytes_.data(), size_}; }
  /// The address in digits: "192.0.2.7", "2001:db8::1".
  std::string text() const;

  auto operator<=>(const Address&) const = default;

 private:
  static constexpr std::uint8_t kBytes4 = 4;
  static constexpr std::uint8_t kBytes6 = 16;

  std::array<unsigned char, kBytes6> bytes_{};  // IPv4: the first four, zeros behind them.
  std::uint8_t size_ = kBytes4;
};

/// A TCP port at an address.
struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
  /// "192.0.2.7:25", "[2001:db8::7]:25".
  std::string text() const;
};

}  // namespace sesame::net
