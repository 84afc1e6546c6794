#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "accounts/mail_id.hpp"
#include "base/setting.hpp"
#include "bounces/classifier.hpp"
#include "returns/evidence.hpp"
#include "returns/return_addresses.hpp"

namespace sesame::returns {

/// A mail that arrived at addresses of ReturnAddresses.
struct ArrivedMail {
  std::string envelope_from;
  std::vector<std::string> envelope_to;
  std::string peer_address;
  std::string bytes;
};

/// An arrived mail after reading, which needs no database.
struct IncomingReport {
  struct Target {
    std::optional<accounts::MailId> mail;  // The sent mail that it is about, if it names one.
    std::string envelope_to;
  };
  std::vector<Target> targets;  // Each sent mail once.
  bounces::ClassifiedMail said;
  std::string subject;
  PackedMail packed;
  std::string envelope_from;
  std::string peer_address;
  std::size_t size_bytes = 0;
};

struct IntakeLimits {
  std::size_t read_bytes = 1 << 20;  // Read per mail; reports come before the mail that they return.
  std::size_t kept_bytes = 64 * 1024;
  EvidenceLimits evidence;

  void visit(SettingVisitor& settings) {
    settings.number("bounces.evidence_bytes", kept_bytes, {0, 10'000'000},
                    "bytes kept of each returned mail, from its beginning");
    settings.number("bounces.evidence_mails", evidence.mails_per_account, {1, 1'000'000'000},
                    "newest returned mails that are kept, per account and region");
  }
};

/// Reads, classifies and compresses a mail of any bytes; a large one takes some milliseconds. Pure.
/// Thread: any.
IncomingReport read_report(const ArrivedMail& mail, const ReturnAddresses& addresses,
                           const bounces::Classifier& classifier, const IntakeLimits& limits);

}  // namespace sesame::returns
