#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/beijing_time.hpp"
#include "delivery/chaos.hpp"
#include "smtp/reply.hpp"

/// Faults that an account chooses for its own mail and calls in the sandbox.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {
    {errors::kChaosOutside, "UnsupportedOperation"},
};

constexpr std::size_t kWordsBytesMax = 400;

constexpr std::array<std::pair<std::string_view, smtp::Stage>, 6> kStages{{{"connect", smtp::Stage::connect},
                                                                           {"ehlo", smtp::Stage::ehlo},
                                                                           {"auth", smtp::Stage::auth},
                                                                           {"mail", smtp::Stage::mail},
                                                                           {"rcpt", smtp::Stage::rcpt},
                                                                           {"data", smtp::Stage::data}}};

/// The names were checked against the description.
smtp::Stage stage_of(std::string_view name) {
  const auto* const found =
      std::ranges::find(kStages, name, &std::pair<std::string_view, smtp::Stage>::first);
  return found == kStages.end() ? smtp::Stage::rcpt : found->second;
}

std::string_view name_of(smtp::Stage stage) {
  const auto* const found =
      std::ranges::find(kStages, stage, &std::pair<std::string_view, smtp::Stage>::second);
  return found == kStages.end() ? std::string_view("rcpt") : found->first;
}

delivery::ChaosFault read_fault(const json::object& object) {
  const Fields fields(object);
  delivery::ChaosFault fault;
  fault.stage = stage_of(fields.text("Stage"));
  fault.percent = static_cast<unsigned>(fields.maybe_number("Percent").value_or(fault.percent));
  fault.code = static_cast<unsigned>(fields.number("Code"));
  fault.closes = fields.flag("Close");
  fault.delay = std::chrono::milliseconds(fields.number("DelayMs"));
  fault.words = smtp::displayable(fields.text("Reply"), kWordsBytesMax);
  return fault;
}

json::object encode(const std::optional<delivery::Chaos::State>& state, bool available) {
  json::array faults;
  if (state) {
    for (const delivery::ChaosFault& fault : state->rules.faults) {
      faults.push_back(json::object{{"Stage", name_of(fault.stage)},
                                    {"Percent", fault.percent},
                                    {"Code", fault.code},
                                    {"Close", fault.closes},
                                    {"DelayMs", fault.delay.count()},
                                    {"Reply", fault.words}});
    }
  }
  return {{"Available", available},
          {"On", state.has_value()},
          {"EndTime", state ? format_beijing_time(state->ends_ms) : std::string()},
          {"Faults", std::move(faults)},
          {"CallErrorCode", state ? state->rules.call_code : std::string()},
          {"CallErrorPercent", state ? state->rules.call_percent : 0U}};
}

Result<Work> get_chaos(Call& call, const ChaosParts& parts) {
  return Work::quick_read(
      [account_id = call.scope.account_id, chaos = parts.chaos](storage::Reader&) -> Answer {
        return encode(chaos == nullptr ? std::nullopt : chaos->find(account_id), chaos != nullptr);
      });
}

Result<Work> set_chaos(Call& call, const ChaosParts& parts) {
  if (parts.chaos == nullptr) return Error(errors::kChaosOutside);
  const Fields fields(call.parameters);
  delivery::ChaosRules rules;
  for (const json::object* fault : fields.objects("Faults")) {
    delivery::ChaosFault read = read_fault(*fault);
    if (read.code == 0 && !read.closes && read.delay.count() == 0)
      return Error(errors::kChaosWithoutEffect).with("name", "Faults");
    rules.faults.push_back(std::move(read));
  }
  rules.call_code = fields.text("CallErrorCode");
  constexpr std::int64_t kAlways = 100;
  if (!rules.call_code.empty())
    rules.call_percent = static_cast<unsigned>(fields.maybe_number("CallErrorPercent").value_or(kAlways));
  const std::chrono::minutes time(fields.maybe_number("Minutes").value_or(delivery::kChaosTimeMax.count()));
  return Work::quick_read([account_id = call.scope.account_id, chaos = parts.chaos, rules = std::move(rules),
                           time](storage::Reader&) -> Answer {
    chaos->set(account_id, rules, time);
    return encode(chaos->find(account_id), true);
  });
}

}  // namespace

void add_chaos_actions(cloudapi::ActionTable& table, const ChaosParts& parts) {
  table.add({.name = "GetChaos",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return get_chaos(call, parts); },
             .codes = kCodes});
  table.add({.name = "SetChaos",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return set_chaos(call, parts); },
             .codes = kCodes});
}

}  // namespace sesame::actions
