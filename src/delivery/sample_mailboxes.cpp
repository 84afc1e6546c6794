#include "delivery/sample_mailboxes.hpp"

#include "base/ascii.hpp"

namespace sesame::delivery {

namespace {

constexpr std::string_view kDomain = "@sandbox.invalid";

smtp::Attempt refusal(smtp::Verdict verdict, unsigned code, std::string_view text) {
  smtp::Attempt attempt;
  attempt.verdict = verdict;
  attempt.stage = smtp::Stage::rcpt;
  attempt.code = code;
  attempt.text = text;
  attempt.remote = "sandbox";
  attempt.simulated = true;
  return attempt;
}

}  // namespace

std::optional<smtp::Attempt> sample_answer(std::string_view address, unsigned attempts) {
  if (address.size() <= kDomain.size()) return std::nullopt;
  const std::string_view name = address.substr(0, address.size() - kDomain.size());
  if (!ascii::iequals(address.substr(name.size()), kDomain)) return std::nullopt;
  const std::size_t plus = name.rfind('+');
  if (plus == name.npos) return std::nullopt;
  const std::string_view tag = name.substr(plus + 1);
  constexpr unsigned kNobody = 550;
  constexpr unsigned kLater = 451;
  if (ascii::iequals(tag, "bounce"))
    return refusal(smtp::Verdict::refused, kNobody, "550 5.1.1 no such user [sample]");
  if (attempts == 0 && ascii::iequals(tag, "defer"))
    return refusal(smtp::Verdict::deferred, kLater, "451 4.7.1 greylisted, try again later [sample]");
  return std::nullopt;
}

}  // namespace sesame::delivery
