#include "routing/sts_policy.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "routing/plan.hpp"

namespace sesame::routing {
namespace {

constexpr std::string_view kVersion = "STSv1";
constexpr std::string_view kRecordBegin = "v=STSv1;";
constexpr std::size_t kIdBytesMax = 32;
constexpr std::size_t kAgeDigitsMax = 10;
constexpr std::string_view kOneLabel = "*.";

bool is_letter_or_digit(char c) { return ascii::is_alpha(c) || ascii::is_digit(c); }

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax && std::ranges::all_of(text, is_letter_or_digit);
}

/// RFC 8461 §3.2: sts-policy-ext-name, which the names of the known keys fit, too.
bool is_key(std::string_view text) {
  constexpr std::size_t kKeyBytesMax = 32;
  return !text.empty() && text.size() <= kKeyBytesMax && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
}

std::optional<std::string> parse_pattern(std::string_view text) {
  const std::string_view name = text.starts_with(kOneLabel) ? text.substr(kOneLabel.size()) : text;
  return is_host_name(name) ? std::optional(ascii::lower(text)) : std::nullopt;
}

std::optional<StsPolicy::Mode> parse_mode(std::string_view text) {
  using Mode = StsPolicy::Mode;
  for (const Mode mode : {Mode::none, Mode::testing, Mode::enforce}) {
    if (name_of(mode) == text) return mode;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_age(std::string_view text) {
  if (text.empty() || text.size() > kAgeDigitsMax || !std::ranges::all_of(text, ascii::is_digit))
    return std::nullopt;
  std::int64_t age_s = 0;
  std::from_chars(text.data(), text.data() + text.size(), age_s);
  return std::min(age_s, kStsAgeMaxS);
}

/// A policy that is being read.
class Reading {
 public:
  /// False when the line makes the policy useless.
  bool take(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !is_key(line.substr(0, colon))) return false;
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = ascii::trim(line.substr(colon + 1));
    if (key == "mx") return take_host(value);
    if (key == "version") return std::exchange(has_version_, true) || value == kVersion;
    if (key == "mode" && !mode_) return (mode_ = parse_mode(value)).has_value();
    if (key == "max_age" && !age_s_) return (age_s_ = parse_age(value)).has_value();
    return true;
  }

  std::optional<StsPolicy> result() {
    const bool whole = has_version_ && mode_ && age_s_;
    if (!whole || (policy_.mx.empty() && *mode_ != StsPolicy::Mode::none)) return std::nullopt;
    policy_.mode = *mode_;
    policy_.max_age_s = *age_s_;
    return std::move(policy_);
  }

 private:
  bool take_host(std::string_view value) {
    std::optional<std::string> pattern = parse_pattern(value);
    if (!pattern || policy_.mx.size() == kStsPatternsMax) return false;
    policy_.mx.push_back(std::move(*pattern));
    return true;
  }

  StsPolicy policy_;
  bool has_version_ = false;
  std::optional<StsPolicy::Mode> mode_;
  std::optional<std::int64_t> age_s_;
};

}  // namespace

bool StsPolicy::names(std::string_view host) const {
  return std::ranges::any_of(mx, [host](std::string_view pattern) {
    if (!pattern.starts_with(kOneLabel)) return pattern == host;
    const std::size_t dot = host.find('.');
    return dot != host.npos && dot > 0 && host.substr(dot) == pattern.substr(1);
  });
}

std::string_view name_of(StsPolicy::Mode mode) {
  switch (mode) {
    case StsPolicy::Mode::none:
      return "none";
    case StsPolicy::Mode::testing:
      return "testing";
    case StsPolicy::Mode::enforce:
      return "enforce";
  }
  return {};
}

std::string sts_record_name(std::string_view destination) { return "_mta-sts." + std::string(destination); }

std::string sts_policy_url(std::string_view destination) {
  return "https://mta-sts." + std::string(destination) + "/.well-known/mta-sts.txt";
}

std::optional<std::string> sts_record_id(std::span<const std::string> texts) {
  const auto is_record = [](const std::string& text) { return text.starts_with(kRecordBegin); };
  if (std::ranges::count_if(texts, is_record) != 1) return std::nullopt;
  const std::string_view fields =
      std::string_view(*std::ranges::find_if(texts, is_record)).substr(kRecordBegin.size());
  for (const std::string_view part : ascii::split(fields, ';')) {
    const std::string_view field = ascii::trim(part);
    if (!field.starts_with("id=")) continue;
    const std::string_view id = field.substr(3);
    return is_id(id) ? std::optional<std::string>(id) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<StsPolicy> parse_sts_policy(std::string_view text) {
  Reading reading;
  for (std::string_view line : ascii::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (ascii::trim(line).empty()) continue;
    if (!reading.take(line)) return std::nullopt;
  }
  return reading.result();
}

}  // namespace sesame::routing
