#include "delivery/site_record.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame::delivery {
namespace {

constexpr std::int64_t kSpanMs = 300'000;

/// "550 5.7.1 Message 7af2 refused" as "550 5.7.1 Message refused": the codes are the first two words.
std::string alike_of(std::string_view text) {
  constexpr int kCodes = 2;
  std::string alike;
  int words = 0;
  for (const std::string_view word : ascii::split(text, ' ')) {
    const bool has_digit = std::ranges::any_of(word, ascii::is_digit);
    if (++words > kCodes && has_digit) continue;
    alike.append(word).append(" ");
  }
  return alike;
}

void add(SiteRecord::Counts& counts, smtp::Verdict verdict) {
  switch (verdict) {
    case smtp::Verdict::delivered:
      ++counts.delivered;
      break;
    case smtp::Verdict::refused:
      ++counts.refused;
      break;
    default:
      ++counts.deferred;
      break;
  }
}

}  // namespace

void SiteRecord::count(const smtp::Attempt& attempt, std::int64_t now_ms) {
  const std::int64_t number = now_ms / kSpanMs;
  const MutexLock lock(mutex_);
  Span& span = spans_[static_cast<std::size_t>(number) % kSpans];
  if (std::exchange(span.number, number) != number) span.counts = {};
  add(span.counts, attempt.verdict);
  if (attempt.verdict == smtp::Verdict::delivered || attempt.text.empty()) return;
  const std::string text(utf8::truncate(attempt.text, kReplyBytesMax));
  std::string alike = alike_of(text);
  auto known = std::ranges::find(replies_, alike, &Kept::alike);
  if (known == replies_.end()) {
    if (replies_.size() == kRepliesMax) replies_.erase(replies_.begin());
    replies_.push_back({std::move(alike), {text, 1, now_ms}});
    return;
  }
  known->reply = {text, known->reply.count + 1, now_ms};
  std::rotate(known, known + 1, replies_.end());
}

SiteRecord::Counts SiteRecord::counts(std::int64_t now_ms) const {
  const std::int64_t number = now_ms / kSpanMs;
  Counts sum;
  const MutexLock lock(mutex_);
  for (const Span& span : spans_) {
    if (span.number > number || span.number + static_cast<std::int64_t>(kSpans) <= number) continue;
    sum.delivered += span.counts.delivered;
    sum.deferred += span.counts.deferred;
    sum.refused += span.counts.refused;
  }
  return sum;
}

std::vector<SiteRecord::Reply> SiteRecord::replies() const {
  const MutexLock lock(mutex_);
  std::vector<Reply> replies;
  for (auto kept = replies_.rbegin(); kept != replies_.rend(); ++kept) replies.push_back(kept->reply);
  return replies;
}

}  // namespace sesame::delivery
