#include <memory>
#include <string>
#include <utility>

#include "actions/families.hpp"
#include "actions/grants.hpp"

/// The rules of mode direct.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

Result<Work> reload_rules(Call& call, const SiteParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  return Work::quick_read([reload = parts.reload_rules()](storage::Reader&) -> Answer {
    return json::object{{"Reloaded", reload.in_force},
                        {"Faults", json::array(reload.faults.begin(), reload.faults.end())}};
  });
}

}  // namespace

void add_rule_actions(cloudapi::ActionTable& table, const SiteParts& parts) {
  table.add({.name = "ReloadDeliveryRules",
             .version = kOwnVersion,
             .heavy = true,  // It reads files.
             .prepare = [parts](Call& call) { return reload_rules(call, parts); }});
}

}  // namespace sesame::actions
