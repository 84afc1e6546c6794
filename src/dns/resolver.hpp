#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "dns/answer.hpp"

namespace sesame::dns {

/// Asks the DNS. Returns at once. Thread: any.
///
/// A callback is called once, from the resolver's thread or, when the question is refused, from the caller's
/// own; it must be quick and must not throw. An answer without records is a fact: the DNS denied that
/// anything is published. An Error means that nothing is known: errors::kNoAnswer (time ran out, a server
/// failed or refused), errors::kOverloaded (too many questions wait), errors::kStopped.
class Resolver {
 public:
  using Callback = std::function<void(Result<Answer>)>;
  using Texts = std::vector<std::string>;
  using TextAnswer = std::function<void(Result<Texts>)>;
  using MailHosts = std::vector<MailHost>;
  using MailHostAnswer = std::function<void(Result<MailHosts>)>;

  virtual ~Resolver() = default;

  /// The records of the type at the name, in A-labels; the name is absolute, with or without its last dot. An
  /// answer that is not definite (Answer::is_definite) says no more than an Error.
  virtual void ask(const std::string& name, RecordType type, Callback callback) = 0;

  /// The TXT records at a name, the strings of each joined (RFC 6376 §3.6.2.2, RFC 7208 §3.3). Any bytes.
  void texts(const std::string& name, TextAnswer answer);
  /// The MX records at a name, the lowest preference first.
  void mail_hosts(const std::string& name, MailHostAnswer answer);
};

}  // namespace sesame::dns
