#include "net/forwarded.hpp"

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.hpp"

namespace sesame::net {

namespace {

/// The parts of all headers of that name, in their order (RFC 9110 §5.3).
std::vector<std::string_view> parts_of(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> parts;
  for (const HttpHeader& header : request.headers) {
    if (!ascii::iequals(header.name, name)) continue;
    for (const std::string_view part : ascii::split(header.value, ',')) parts.push_back(ascii::trim(part));
  }
  return parts;
}

/// An address in the form of Stream::peer_address(). Some proxies add the port, and quotes and brackets as in
/// RFC 7239 §6.
std::optional<std::string> address_in(std::string_view part) {
  if (part.size() > 1 && part.front() == '"' && part.back() == '"') part = part.substr(1, part.size() - 2);
  if (part.starts_with('[')) {
    part = part.substr(1, part.find(']') - 1);
  } else if (std::size_t colon = part.find(':');
             colon != std::string_view::npos && part.find(':', colon + 1) == std::string_view::npos) {
    part = part.substr(0, colon);
  }
  boost::system::error_code code;
  const auto address = boost::asio::ip::make_address(std::string(part), code);
  if (code) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

void apply_forwarded(HttpRequest& request, const AddressRanges& proxies) {
  if (proxies.empty() || !proxies.contains(request.peer_address)) return;
  const std::vector<std::string_view> hops = parts_of(request, "X-Forwarded-For");
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    std::optional<std::string> address = address_in(*hop);
    if (!address) break;  // Nothing before it was written by a proxy that can be believed.
    request.peer_address = std::move(*address);
    if (!proxies.contains(request.peer_address)) break;
  }
  // The proxy nearest to us wrote the last one, or replaced all.
  const std::vector<std::string_view> schemes = parts_of(request, "X-Forwarded-Proto");
  if (!schemes.empty()) request.secure = ascii::iequals(schemes.back(), "https");
}

}  // namespace sesame::net
