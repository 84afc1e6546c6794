#include "delivery/judgement.hpp"

#include <algorithm>
#include <string_view>

namespace sesame::delivery {
namespace {

using bounces::Scope;
using bounces::Signal;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Too many mails, or too many connections: some of them have left by then.
constexpr minutes kPaceRetry{2};
/// A mailbox that gets too much mail from everybody.
constexpr minutes kMailboxRetry{90};
/// A sender's domain that sends too much, or is refused.
constexpr minutes kSenderRetry{30};
/// A server that did not understand is asked once more.
constexpr minutes kProtocolRetry{5};

std::string_view command_of(smtp::Stage stage) {
  switch (stage) {
    case smtp::Stage::connect:
    case smtp::Stage::greeting:
      return "CONN";
    case smtp::Stage::ehlo:
    case smtp::Stage::tls:
    case smtp::Stage::auth:
      return "HELO";
    case smtp::Stage::mail:
      return "MAIL";
    case smtp::Stage::rcpt:
      return "RCPT";
    case smtp::Stage::data:
    case smtp::Stage::body:
    case smtp::Stage::dot:
      return "DATA";
  }
  return "";
}

/// The time after which a mail that is wanted later is tried again.
milliseconds pause_of(const bounces::Meaning& meaning, std::optional<milliseconds> held_for) {
  milliseconds pause = kPaceRetry;
  if (meaning.scope == Scope::sender_domain || meaning.scope == Scope::account) pause = kSenderRetry;
  if (meaning.scope == Scope::recipient) pause = kMailboxRetry;
  if (meaning.retry_after) pause = *meaning.retry_after;
  if (held_for) pause = std::max(pause, *held_for);
  return pause;
}

}  // namespace

bounces::ServerReply reply_of(const smtp::Attempt& attempt, std::string_view host) {
  return {.host = host,
          .command = command_of(attempt.stage),
          .code = attempt.code,
          .enhanced = attempt.enhanced,
          .text = attempt.text};
}

Judgement judge_reply(const smtp::Attempt& attempt, const bounces::Meaning& meaning,
                      std::span<const std::chrono::seconds> greylist_retry, unsigned attempts_before,
                      std::optional<milliseconds> held_for) {
  Judgement judged{attempt.verdict, std::nullopt};
  if (attempt.verdict != smtp::Verdict::deferred && attempt.verdict != smtp::Verdict::refused) return judged;
  if (meaning.signal == Signal::protocol && attempt.verdict == smtp::Verdict::refused) {
    if (attempts_before == 0) judged = {smtp::Verdict::deferred, kProtocolRetry};
    return judged;
  }
  if (meaning.signal == Signal::greylisted) {
    judged.verdict = smtp::Verdict::deferred;
    if (greylist_retry.empty()) return judged;
    judged.retry_in = greylist_retry[std::min<std::size_t>(attempts_before, greylist_retry.size() - 1)];
  } else if (bounces::is_wanted_later(meaning.signal)) {
    judged = {smtp::Verdict::deferred, pause_of(meaning, held_for)};
  } else if (attempt.verdict == smtp::Verdict::deferred) {
    if (meaning.retry_after) judged.retry_in = *meaning.retry_after;
    if (held_for) judged.retry_in = std::max(judged.retry_in.value_or(milliseconds(0)), *held_for);
  }
  return judged;
}

}  // namespace sesame::delivery
