#include "delivery/judgement.hpp"

#include <algorithm>
#include <string_view>

namespace sesame::delivery {
namespace {

using bounces::Scope;
using bounces::Signal;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Too many mails, or too many connections: some of them have left by then. It doubles with each attempt.
constexpr minutes kPaceRetry{2};
constexpr minutes kPaceRetryMax{60};
/// Attempts after which a final reply is final, when only a general rule takes it for one about pace.
constexpr unsigned kDoubtfulAttempts = 3;
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

/// The step of a rule whose hold is about the mail alone.
std::optional<milliseconds> step_of(const bounces::Meaning& meaning, unsigned attempts_before) {
  const bool about_mail = meaning.scope == Scope::message || meaning.scope == Scope::recipient;
  const auto& steps = meaning.hold.steps;
  if (!about_mail || steps.empty()) return std::nullopt;
  const bounces::HoldStep& step = steps[std::min<std::size_t>(attempts_before, steps.size() - 1)];
  if (step.until_day_begins) return std::nullopt;
  return step.time;
}

/// The time after which a mail that is wanted later is tried again.
milliseconds pause_of(const bounces::Meaning& meaning, unsigned attempts_before,
                      std::optional<milliseconds> held_for) {
  milliseconds pause =
      std::min<milliseconds>(kPaceRetryMax, kPaceRetry * (1U << std::min(attempts_before, 10U)));
  if (meaning.scope == Scope::sender_domain || meaning.scope == Scope::account) pause = kSenderRetry;
  if (meaning.scope == Scope::recipient) pause = kMailboxRetry;
  if (const auto step = step_of(meaning, attempts_before)) pause = *step;
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
    if (attempts_before < greylist_retry.size()) judged.retry_in = greylist_retry[attempts_before];
  } else if (bounces::is_wanted_later(meaning.signal)) {
    const bool doubtful = meaning.provider.empty() && attempts_before >= kDoubtfulAttempts && !held_for;
    if (doubtful && attempt.verdict == smtp::Verdict::refused) return judged;
    judged = {smtp::Verdict::deferred, pause_of(meaning, attempts_before, held_for)};
  } else if (attempt.verdict == smtp::Verdict::deferred) {
    judged.retry_in = step_of(meaning, attempts_before);
    if (meaning.retry_after) judged.retry_in = *meaning.retry_after;
    if (held_for) judged.retry_in = std::max(judged.retry_in.value_or(milliseconds(0)), *held_for);
  }
  return judged;
}

}  // namespace sesame::delivery
