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
  std::chrono::milliseconds waited{0};
  while (answer && text_of(*answer, "State") == "running") {
    const json::object named{{"DryRunId", answer->at("DryRunId")}};
    if (watch.progress)
      watch.progress(number_of(*answer, "RecipientCount"), number_of(*answer, "GroupCount"));
    if (waited >= watch.longest) return client.call(kOwnVersion, "StopDryRun", named);
    if (pause.wait(kPoll)) answer = client.call(kOwnVersion, "GetDryRun", named);
    waited += kPoll;
    if (!pause.stopped()) continue;
    // Its answer does not matter: a dry run that nobody asks for ends by itself.
    static_cast<void>(client.call_once(kOwnVersion, "StopDryRun", named));
    return Error(errors::kStopped);
  }
  return answer;
}

}  // namespace sesame::commands
