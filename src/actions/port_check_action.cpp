#include <memory>
#include <optional>
#include <utility>

#include "actions/families.hpp"
#include "actions/grants.hpp"
#include "delivery/errors.hpp"
#include "delivery/port_check.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {{delivery::errors::kPortCheckUnderWay, "RequestLimitExceeded"}};

json::object encode(const std::vector<delivery::PortProbe>& probes, cloudapi::Language language) {
  json::array rows;
  for (const delivery::PortProbe& probe : probes) {
    rows.push_back(json::object{{"Server", to_text(probe.server)},
                                {"Finding", delivery::name_of(probe.finding)},
                                {"Text", cloudapi::phrase_in(language, delivery::explain(probe.finding))},
                                {"Greeting", probe.greeting},
                                {"Milliseconds", probe.took_ms}});
  }
  return {{"Verdict", delivery::name_of(delivery::verdict_of(probes))}, {"Servers", std::move(rows)}};
}

Result<Work> check_port(const Call& call, delivery::PortCheck& check) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const auto seen = std::make_shared<std::optional<std::vector<delivery::PortProbe>>>();
  Work work = Work::quick_read(
      [seen, language = call.language](storage::Reader&) -> Answer { return encode(**seen, language); });
  work.before = [&check, seen](std::function<void(Status)> done) {
    check.begin([seen, done = std::move(done)](Result<std::vector<delivery::PortProbe>> probes) {
      if (!probes) return done(std::move(probes).error());
      seen->emplace(std::move(*probes));
      done(Done{});
    });
  };
  return work;
}

}  // namespace

void add_port_check_action(cloudapi::ActionTable& table, delivery::PortCheck& check) {
  table.add({.name = "CheckOutboundPort",
             .version = kOwnVersion,
             .prepare = [&check](Call& call) { return check_port(call, check); },
             .codes = kCodes});
}

}  // namespace sesame::actions
