#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "actions/site_fields.hpp"
#include "delivery/direct_outlet.hpp"

/// The sites of receiving servers in mode direct.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;
using delivery::SiteView;

namespace {

struct ListedSite {
  delivery::SiteInView seen;
  SiteView view;
};

struct SiteQuery {
  std::string provider;
  std::string state;
  std::string order;

  bool fits(const SiteView& view) const {
    return is_of_provider(view.provider, provider) &&
           (state.empty() || delivery::name_of(view.state) == state);
  }
  bool is_before(const ListedSite& a, const ListedSite& b) const {
    if (order == "rate" && a.view.mails_per_second != b.view.mails_per_second)
      return a.view.mails_per_second > b.view.mails_per_second;
    if (order == "until" && a.view.until_ms != b.view.until_ms) return a.view.until_ms > b.view.until_ms;
    const auto mails = [](const ListedSite& site) { return site.view.waiting + site.view.under_way; };
    if (mails(a) != mails(b)) return mails(a) > mails(b);
    return std::tie(a.seen.servers, a.seen.destination, a.view.path) <
           std::tie(b.seen.servers, b.seen.destination, b.view.path);
  }
};

Answer list(const SiteParts& parts, const SiteQuery& query, const Page& page) {
  std::vector<ListedSite> sites;
  if (parts.outlet != nullptr) {
    for (delivery::SiteInView& seen : parts.outlet->list_sites()) {
      SiteView view = view_of(seen);
      if (query.fits(view)) sites.push_back({std::move(seen), std::move(view)});
    }
  }
  std::ranges::sort(sites, [&](const ListedSite& a, const ListedSite& b) { return query.is_before(a, b); });
  json::array data;
  for (const ListedSite& site : page.part_of(sites)) data.push_back(encode_site(site.seen, site.view));
  return json::object{
      {"Available", parts.outlet != nullptr}, {"TotalCount", sites.size()}, {"Data", std::move(data)}};
}

Result<Work> list_sites(Call& call, const SiteParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const Fields fields(call.parameters);
  const SiteQuery query{.provider = std::string(fields.text("Provider")),
                        .state = std::string(fields.text("State")),
                        .order = std::string(fields.text("Order"))};
  return Work::read(
      [parts, query, page = Page::of(fields)](storage::Reader&) { return list(parts, query, page); });
}

}  // namespace

void add_site_actions(cloudapi::ActionTable& table, const SiteParts& parts) {
  table.add({.name = "ListDeliverySites", .version = kOwnVersion, .prepare = [parts](Call& call) {
               return list_sites(call, parts);
             }});
}

}  // namespace sesame::actions
