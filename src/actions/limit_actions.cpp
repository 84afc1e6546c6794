#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "audience/prepare.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

json::array encode(const std::vector<SubmissionAddress>& addresses) {
  json::array rows;
  for (const SubmissionAddress& address : addresses) {
    rows.push_back(json::object{{"Host", address.at.host},
                                {"Port", address.at.port},
                                {"Tls", address.implicit_tls ? "implicit" : "starttls"}});
  }
  return rows;
}

}  // namespace

void add_limit_actions(cloudapi::ActionTable& table, const LimitParts& parts) {
  const auto prepare = [parts](Call&) -> Result<Work> {
    return Work::quick_read([parts](storage::Reader&) -> Answer {
      return json::object{{"RecipientsPerRequest", parts.groups.recipients_per_request},
                          {"RecipientsPerGroup", parts.groups.recipients_per_group},
                          {"Groups", parts.groups.groups_max},
                          {"RequestsPerSecond", parts.requests_per_second},
                          {"TemplateDataBytes", audience::kMaxDataBytes},
                          {"SubmissionServers", encode(parts.submission)}};
    });
  };
  table.add({.name = "GetLimits", .version = kOwnVersion, .prepare = prepare, .codes = {}});
}

}  // namespace sesame::actions
