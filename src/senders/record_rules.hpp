#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.hpp"
#include "senders/domains.hpp"

/// Whether what is published in the DNS is what a record of a sender domain should say. Pure.
namespace sesame::senders {

/// What the DNS said about one record.
struct Finding {
  RecordKind kind = RecordKind::mx;
  bool known = false;  ///< False: nobody could say, and the rest means nothing.
  std::string value;   ///< What is published, right or wrong; empty: nothing. UTF-8, at most 2,000 bytes.
  bool matches = false;
};

/// For the records of type TXT:
///   SPF    one `v=spf1` record, and it includes the expected host before its `all`
///          (RFC 7208 §4.5, §5.1, §5.2)
///   DKIM   a key record with the expected public key (RFC 6376 §3.6.1)
///   DMARC  one `v=DMARC1` record, whatever its policy (RFC 7489 §6.6.3)
Finding judge_texts(const DomainRecord& record, const dns::Resolver::Texts& texts);

/// Any server that takes mail will do, since bounces reach the domain's owner; strict: it must be the
/// expected one.
Finding judge_mail_hosts(const DomainRecord& record, const dns::Resolver::MailHosts& hosts, bool strict);

}  // namespace sesame::senders
