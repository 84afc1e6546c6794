#include "senders/domain_list.hpp"

#include <algorithm>

#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

bool has_all(const std::vector<Tag>& tags, const std::vector<Tag>& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const Tag& tag) { return std::ranges::find(tags, tag) != tags.end(); });
}

}  // namespace

DomainPage list_domain_page(storage::Reader& reader, const accounts::Scope& scope,
                            const DomainFilter& filter) {
  DomainPage page;
  for (const DomainRow& row : list_domain_rows(reader, scope)) {
    std::vector<Tag> tags = tags_from_text(row.tags);
    if (!has_all(tags, filter.tags)) continue;
    const std::uint64_t place = page.total++;
    if (place < filter.offset || (filter.limit != 0 && place - filter.offset >= filter.limit)) continue;
    page.domains.push_back(
        {row.name, static_cast<DkimOption>(row.dkim_option), row.verified, std::move(tags)});
  }
  return page;
}

}  // namespace sesame::senders
