#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "dns/resolver.hpp"

/// Reads DNS answers as they came over the wire. Pure. Thread: any.
namespace sesame::dns {

using WireBytes = std::span<const unsigned char>;

/// Whether "no such name" or "no such record" may be believed: the server is the zone's own, or it resolves
/// for us. Another server's empty answer is a referral and proves nothing (RFC 1035 §4.1.1, RFC 2308 §2).
bool may_deny(WireBytes message);

/// Errors: errors::kNoAnswer (the message cannot be read).
Result<Resolver::Texts> read_texts(WireBytes message);
Result<Resolver::MailHosts> read_mail_hosts(WireBytes message);

}  // namespace sesame::dns
