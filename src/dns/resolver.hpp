#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace sesame::dns {

/// A server that takes mail for a domain.
struct MailHost {
  std::uint16_t preference = 0;
  std::string host;  // Lower case, without the last dot; empty: the domain takes no mail (RFC 7505).
  bool operator==(const MailHost&) const = default;
};

/// Asks the DNS. Returns at once. Thread: any.
///
/// An answer is called once, from the resolver's thread or, when the question is refused, from the caller's
/// own; it must be quick and must not throw. An empty list is a fact: the DNS denied that anything is
/// published. An Error means that nothing is known: errors::kNoAnswer (time ran out, a server failed or
/// refused), errors::kOverloaded (too many questions wait), errors::kStopped.
class Resolver {
 public:
  using Texts = std::vector<std::string>;
  using TextAnswer = std::function<void(Result<Texts>)>;
  using MailHosts = std::vector<MailHost>;
  using MailHostAnswer = std::function<void(Result<MailHosts>)>;

  virtual ~Resolver() = default;

  /// The TXT records at a name, the strings of each joined (RFC 6376 §3.6.2.2, RFC 7208 §3.3). Any bytes.
  virtual void texts(const std::string& name, TextAnswer answer) = 0;
  /// The MX records at a name, the lowest preference first.
  virtual void mail_hosts(const std::string& name, MailHostAnswer answer) = 0;
};

}  // namespace sesame::dns
