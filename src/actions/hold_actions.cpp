#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actions/families.hpp"
#include "actions/grants.hpp"
#include "actions/site_fields.hpp"
#include "delivery/direct_outlet.hpp"
#include "shaping/path_rows.hpp"

/// Holds of paths in mode direct.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;
using delivery::HeldPath;

namespace {

Answer list(const SiteParts& parts, const std::string& provider, const Page& page) {
  std::vector<HeldPath> holds;
  if (parts.outlet != nullptr) holds = parts.outlet->holds();
  std::erase_if(holds, [&](const HeldPath& held) { return !is_of_provider(held.provider, provider); });
  std::ranges::sort(holds, [](const HeldPath& a, const HeldPath& b) {
    if (a.hold.until_ms != b.hold.until_ms) return a.hold.until_ms > b.hold.until_ms;
    return a.path < b.path;
  });
  json::array data;
  for (const HeldPath& held : page.part_of(holds)) data.push_back(encode_hold(held));
  return json::object{
      {"Available", parts.outlet != nullptr}, {"TotalCount", holds.size()}, {"Data", std::move(data)}};
}

Result<Work> list_holds(Call& call, const SiteParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const Fields fields(call.parameters);
  return Work::read([parts, provider = std::string(fields.text("Provider")),
                     page = Page::of(fields)](storage::Reader&) { return list(parts, provider, page); });
}

/// The hold ends in memory, then on disk: the job writes what the path's memory is when it runs, so an older
/// state of the path that is being kept comes before it.
Result<Work> end_hold(Call& call, const SiteParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const std::string path(Fields(call.parameters).text("Path"));
  std::optional<HeldPath> ended;
  if (parts.outlet != nullptr) ended = parts.outlet->end_hold(path);
  if (!ended)
    return Work::quick_read([](storage::Reader&) -> Answer {
      return json::object{{"Holds", json::array()}};
    });
  return Work::write(
      [outlet = parts.outlet, ended = *ended, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        shaping::write_paths(writer, outlet->memories({ended.path}), now_ms);
        return json::object{{"Holds", json::array{encode_hold(ended)}}};
      },
      parts.wake_delivery);
}

}  // namespace

void add_hold_actions(cloudapi::ActionTable& table, const SiteParts& parts) {
  table.add({.name = "ListDeliveryHolds", .version = kOwnVersion, .prepare = [parts](Call& call) {
               return list_holds(call, parts);
             }});
  table.add({.name = "EndDeliveryHold", .version = kOwnVersion, .prepare = [parts](Call& call) {
               return end_hold(call, parts);
             }});
}

}  // namespace sesame::actions
