#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "dns/server_answer.hpp"

namespace sesame::dns {

/// Whether the signatures of an answer were checked (RFC 4035 §4.3).
enum class Trust : std::uint8_t {
  secure,    // Checked, and right.
  insecure,  // The zone is not signed.
  bogus,     // Checked, and wrong: the records mean nothing.
  unknown,   // Nobody near enough to be believed has checked.
};

/// The DNS's answer to one question.
struct Answer {
  Rcode code = Rcode::no_error;
  std::vector<Record> records;  // Those of the type that was asked for, at the canonical name.
  std::string canonical;        // The name behind all aliases: lower case, without the last dot.
  Trust trust = Trust::unknown;
  /// The time for which the answer may be kept: the smallest of its records' and aliases' times; for a denial
  /// the time that its zone sets (RFC 2308 §5), or kDenialTtlS.
  std::uint32_t ttl_s = 0;

  /// Whether it says what is published. Otherwise the server failed or refused, or the signatures are wrong.
  bool is_definite() const {
    return trust != Trust::bogus && (code == Rcode::no_error || code == Rcode::no_such_name);
  }
  /// Whether it says that the name does not exist, or has no record of the type.
  bool denies() const { return is_definite() && records.empty(); }

  std::vector<std::string> texts() const;    // The values of TXT, NS, CNAME or PTR records, in their order.
  std::vector<MailHost> mail_hosts() const;  // The values of MX records, the lowest preference first.
  std::vector<net::Address> addresses() const;  // The values of A or AAAA records, in their order.
};

inline constexpr std::uint32_t kDenialTtlS = 300;
inline constexpr std::size_t kAliasesMax = 16;

/// The answer to the question for `type` at `name` in a server's answer: follows the aliases within it, and
/// drops every record that is about another name. Errors: errors::kNoAnswer (the server knows nothing about
/// the name and does not look further; the aliases are more than kAliasesMax, or lead back to themselves).
/// Pure. Thread: any.
Result<Answer> pick_answer(ServerAnswer server, const std::string& name, RecordType type, Trust trust);

}  // namespace sesame::dns
