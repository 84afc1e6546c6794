#include "net/address_ranges.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/ascii.hpp"
#include "net/errors.hpp"

namespace sesame::net {

namespace asio = boost::asio;

namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr unsigned kBits6 = 128;
constexpr unsigned kMappedBits = 96;  // The length of ::ffff:0:0/96, the net of IPv4 addresses.

struct Read {
  Bytes bytes;
  bool is_v4;
};

std::optional<Read> read_address(std::string_view text) {
  if (text.find('\0') != text.npos) return std::nullopt;  // The reader of digits would stop there.
  boost::system::error_code code;
  const asio::ip::address address = asio::ip::make_address(std::string(text), code);
  if (code) return std::nullopt;
  if (address.is_v4())
    return Read{asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes(), true};
  // A zone ("fe80::1%eth0") is part of the text only; as bytes the address is the same.
  return Read{address.to_v6().to_bytes(), false};
}

bool same_net(const Bytes& a, const Bytes& b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  return bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0;
}

}  // namespace

Result<AddressRanges> AddressRanges::parse(std::span<const std::string> texts) {
  AddressRanges set;
  for (const std::string& given : texts) {
    const auto bad = [&] { return Error(errors::kBadRange).with("value", given); };
    const std::string_view text = ascii::trim(given);
    const std::size_t slash = text.find('/');
    const std::optional<Read> address = read_address(text.substr(0, slash));
    if (!address) return bad();
    Range range{address->bytes, kBits6};
    if (slash != std::string_view::npos) {
      const std::string_view digits = text.substr(slash + 1);
      unsigned bits = 0;
      const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (digits.empty() || fault != std::errc() || end != digits.data() + digits.size()) return bad();
      if (bits > (address->is_v4 ? kBits6 - kMappedBits : kBits6)) return bad();
      range.bits = address->is_v4 ? kMappedBits + bits : bits;
    }
    set.ranges_.push_back(range);
  }
  return set;
}

bool AddressRanges::contains(std::string_view address) const {
  if (ranges_.empty()) return false;
  const std::optional<Read> read = read_address(address);
  return read && std::ranges::any_of(ranges_, [&](const Range& range) {
           return same_net(read->bytes, range.first, range.bits);
         });
}

}  // namespace sesame::net
