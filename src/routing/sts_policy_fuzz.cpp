#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "routing/sts_policy.hpp"

namespace {

using namespace sesame::routing;

void check(bool holds) {
  if (!holds) std::abort();
}

std::string text_of(const StsPolicy& policy) {
  std::string text = "version: STSv1\r\nmode: " + std::string(name_of(policy.mode)) + "\r\n";
  for (const std::string& pattern : policy.mx) text += "mx: " + pattern + "\r\n";
  return text + "max_age: " + std::to_string(policy.max_age_s) + "\r\n";
}

void check_policy(const StsPolicy& policy) {
  check(policy.max_age_s >= 0 && policy.max_age_s <= kStsAgeMaxS);
  check(policy.mx.size() <= kStsPatternsMax);
  check(policy.mode == StsPolicy::Mode::none || !policy.mx.empty());
  for (const std::string& pattern : policy.mx) {
    check(std::ranges::none_of(pattern, [](unsigned char c) { return c <= ' ' || c >= 0x7f; }));
    const bool any = pattern.starts_with("*.");
    check(policy.names(any ? "mail." + pattern.substr(2) : pattern));
  }
  check(!policy.names(""));
}

}  // namespace

// Whatever a destination publishes: what is read keeps the bounds and names its own hosts, is read again from
// its own text, and an id is one by the rules.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = parse_sts_policy(text)) {
    check_policy(*policy);
    check(parse_sts_policy(text_of(*policy)) == policy);
  }
  const std::vector<std::string> texts{text, "v=spf1 -all"};
  if (const auto id = sts_record_id(texts)) {
    check(!id->empty() && id->size() <= 32);
    check(sts_record_id(std::vector<std::string>{"v=STSv1; id=" + *id + ";"}) == id);
  }
  return 0;
}
