#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.hpp"
#include "senders/domains.hpp"

/// The comparison of a sender domain's published DNS records with the expected ones. Pure. Thread: any.
namespace sesame::senders {

/// The DNS's answer about one record.
struct Finding {
  RecordKind kind = RecordKind::mx;
  bool known = false;  // False: the look-up failed, and the other members mean nothing.
  std::string value;   // The published value, right or wrong; may be empty. UTF-8, at most 2,000 bytes.
  bool matches = false;
};

/// Compares records of type TXT:
///   SPF    one `v=spf1` record, and it includes the expected host before its `all`
///          (RFC 7208 §4.5, §5.1, §5.2)
///   DKIM   a key record with the expected public key (RFC 6376 §3.6.1)
///   DMARC  one `v=DMARC1` record, with any policy (RFC 7489 §6.6.3)
Finding judge_texts(const DomainRecord& record, const dns::Resolver::Texts& texts);

/// Compares MX records. Any server that receives mail will do, since bounces reach the domain's owner; with
/// `strict` it must be the expected one.
Finding judge_mail_hosts(const DomainRecord& record, const dns::Resolver::MailHosts& hosts, bool strict);

}  // namespace sesame::senders
