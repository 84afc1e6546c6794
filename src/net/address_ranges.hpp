#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::net {

/// A set of addresses and nets: "10.0.0.0/8", "192.0.2.7", "2001:db8::/32". Immutable. Thread: any.
class AddressRanges {
 public:
  AddressRanges() = default;

  /// Error: errors::kBadRange (fact "value": the first text that is neither an address nor a net).
  static Result<AddressRanges> parse(std::span<const std::string> texts);

  bool empty() const { return ranges_.empty(); }
  /// Whether the address, in digits, is in one of them. An IPv4 address in IPv6 form (::ffff:192.0.2.7) is
  /// the IPv4 address. False for other text.
  bool contains(std::string_view address) const;

 private:
  struct Range {
    std::array<std::uint8_t, 16> first;  // IPv4 in its IPv6 form.
    unsigned bits;
  };
  std::vector<Range> ranges_;
};

}  // namespace sesame::net
