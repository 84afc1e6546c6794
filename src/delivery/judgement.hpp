#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "bounces/meaning.hpp"
#include "bounces/reply_reader.hpp"
#include "bounces/server_reply.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The meaning of a server's reply for the mail that it was about.
struct Judgement {
  smtp::Verdict verdict = smtp::Verdict::deferred;
  /// The time until the next attempt; nullopt: as the schedule says.
  std::optional<std::chrono::milliseconds> retry_in;
};

/// The reply of an attempt, for the rules. It refers to the attempt.
bounces::ServerReply reply_of(const smtp::Attempt& attempt, std::string_view host);

/// Judges a reply by its meaning: mail that is refused for reasons of pace or of the sending server is wanted
/// later, whatever the code says, and waits as long as the trouble lasts. `held_for`: the hold of what the
/// reply is about, if any. `attempts_before`: those of the mail. Pure. Thread: any.
Judgement judge_reply(const smtp::Attempt& attempt, const bounces::Meaning& meaning,
                      std::span<const std::chrono::seconds> greylist_retry, unsigned attempts_before,
                      std::optional<std::chrono::milliseconds> held_for);

}  // namespace sesame::delivery
