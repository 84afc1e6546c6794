#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "accounts/mail_id.hpp"
#include "bounces/classifier.hpp"
#include "returns/evidence.hpp"
#include "returns/return_addresses.hpp"

namespace sesame::returns {

/// A mail that arrived at addresses which ReturnAddresses knows.
struct ArrivedMail {
  std::string envelope_from;
  std::vector<std::string> envelope_to;
  std::string peer_address;
  std::string bytes;
};

/// The same when it was read, without the database.
struct IncomingReport {
  struct Target {
    std::optional<accounts::MailId> mail;  // What it is about, if anybody can tell.
    std::string envelope_to;
  };
  std::vector<Target> targets;  // Each mail once.
  bounces::ClassifiedMail said;
  std::string subject;
  PackedMail packed;
  std::string envelope_from;
  std::string peer_address;
  std::size_t size_bytes = 0;
};

struct IntakeLimits {
  std::size_t read_bytes = 1 << 20;  // Of a mail; reports come before the mail that they return.
  std::size_t kept_bytes = 64 * 1024;
  EvidenceLimits evidence;
};

/// Reads and packs it: some milliseconds for a large one. Takes any bytes. Pure but for memory; any thread.
IncomingReport read_report(const ArrivedMail& mail, const ReturnAddresses& addresses,
                           const bounces::Classifier& classifier, const IntakeLimits& limits);

}  // namespace sesame::returns
