#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "dkim/key.hpp"

namespace sesame::dkim {

/// A signature must outlive our queue and the receivers' queues, but not invite replay.
inline constexpr std::int64_t kSignatureLifetimeS = 7 * 24 * 3600;

/// The base64 of the SHA-256 of a message body (CRLF lines, everything after the empty line), canonicalised
/// relaxed: the `bh=` of its signatures. Compute it once for a body that many letters share. Pure. Thread:
/// any.
std::string body_hash(std::string_view body);

/// Signs messages for one domain and selector: rsa-sha256, relaxed/relaxed (RFC 6376 §3.3.2, §3.4). Fields
/// that a receiver shows or acts on are named once more than they occur, so that adding another breaks the
/// signature (RFC 6376 §8.15). Immutable. Thread: any.
class Signer {
 public:
  /// `domain` (in A-label form) and `selector` go into DNS names unchanged.
  Signer(std::string domain, std::string selector, std::shared_ptr<const PrivateKey> key);

  const std::string& domain() const { return domain_; }
  const std::string& selector() const { return selector_; }

  /// The DKIM-Signature field with its CRLF, to be put in front of `message`, which has CRLF line ends and
  /// all its other fields already. `now_s`: seconds since the epoch, becomes `t=`; `x=` is
  /// kSignatureLifetimeS later.
  std::string header_for(std::string_view message, std::int64_t now_s) const;

  /// The DKIM-Signature field from the header fields alone (each with CRLF, with or without the empty line)
  /// and the body_hash of the body.
  std::string header_for(std::string_view header_fields, std::string_view body_hash,
                         std::int64_t now_s) const;

 private:
  std::string domain_;
  std::string selector_;
  std::shared_ptr<const PrivateKey> key_;
};

}  // namespace sesame::dkim
