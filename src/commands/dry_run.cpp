#include "commands/dry_run.hpp"

#include "commands/answer_fields.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::chrono::milliseconds kPoll{300};

}  // namespace

Result<json::object> run_dry(ApiClient& client, Pause& pause, const json::object& parameters,
                             const DryRunWatch& watch) {
  Result<json::object> answer = client.call(kOwnVersion, "DryRunSendTask", parameters);
  const auto end = client.clock().steady_now() + watch.longest;
  while (answer && text_of(*answer, "State") == "running") {
    const json::object named{{"DryRunId", answer->at("DryRunId")}};
    if (watch.progress)
      watch.progress(number_of(*answer, "RecipientCount"), number_of(*answer, "GroupCount"));
    if (client.clock().steady_now() >= end) {
      Result<json::object> stopped = client.call(kOwnVersion, "StopDryRun", named);
      // A credential that may only read can't stop it; nobody asks for it any more, so it ends by itself.
      const bool refused = !stopped && fact(stopped.error(), "code") == "AuthFailure.UnauthorizedOperation";
      return refused ? answer : stopped;
    }
    if (pause.wait(kPoll)) answer = client.call(kOwnVersion, "GetDryRun", named);
    if (!pause.stopped()) continue;
    // Its answer does not matter: a dry run that nobody asks for ends by itself.
    static_cast<void>(client.call_once(kOwnVersion, "StopDryRun", named));
    return Error(errors::kStopped);
  }
  return answer;
}

}  // namespace sesame::commands
