#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "net/address.hpp"

namespace sesame::dns {

/// The types of records that are asked for (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 6698 §7.1).
enum class RecordType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  tlsa = 52
};

/// A server that takes mail for a domain.
struct MailHost {
  std::uint16_t preference = 0;
  std::string host;  // Lower case, without the last dot; empty: the domain takes no mail (RFC 7505).
  bool operator==(const MailHost&) const = default;
};

/// A condition on a server's certificate (RFC 6698 §2.1). The numbers are as published, known or not.
struct Tlsa {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching = 0;
  std::vector<unsigned char> data;
  bool operator==(const Tlsa&) const = default;
};

/// One record of an answer. Names in lower case, without the last dot.
struct Record {
  std::string name;
  RecordType type = RecordType::txt;
  std::uint32_t ttl_s = 0;
  /// A and AAAA: the address. MX: the host. TLSA: the condition. NS, CNAME and PTR: a name. TXT: the strings
  /// joined, any bytes.
  std::variant<std::string, net::Address, MailHost, Tlsa> value;

  const std::string& text() const { return std::get<std::string>(value); }
  const net::Address& address() const { return std::get<net::Address>(value); }
  const MailHost& mail_host() const { return std::get<MailHost>(value); }
  const Tlsa& tlsa() const { return std::get<Tlsa>(value); }
  bool operator==(const Record&) const = default;
};

}  // namespace sesame::dns
