#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "dns/records.hpp"

namespace sesame::routing {

inline constexpr std::uint16_t kSmtpPort = 25;

/// The identity of a site: the servers of a destination in their order, and the port. Domains with the same
/// servers have the same key, so that they share connections; the numbers of the preferences and the order
/// among equal ones do not matter. It is a cut SHA-256: whoever publishes MX records cannot make them collide
/// with another site's. Thread: any.
class SiteKey {
 public:
  /// The key of no site.
  SiteKey() = default;
  /// `hosts`: in any order, each once.
  SiteKey(std::span<const dns::MailHost> hosts, std::uint16_t port);
  /// The key of the same servers under a demand, which their connections meet for no site without it.
  SiteKey under(std::string_view demand) const;

  /// Lower-case hex digits, for logs.
  std::string text() const;
  /// A number for tables in memory.
  std::size_t hash() const;

  auto operator<=>(const SiteKey&) const = default;

 private:
  void set_digest(std::string_view text);

  std::array<std::byte, 16> digest_{};
};

}  // namespace sesame::routing

template <>
struct std::hash<sesame::routing::SiteKey> {
  std::size_t operator()(const sesame::routing::SiteKey& key) const { return key.hash(); }
};
