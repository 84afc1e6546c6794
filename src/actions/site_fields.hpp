#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actions/fields.hpp"
#include "delivery/site_view.hpp"

/// The common parts of the actions about sites and holds.
namespace sesame::delivery {
class DirectOutlet;
}

namespace sesame::actions {

/// The rows of a list in memory that a call asks for.
struct Page {
  static Page of(const Fields& fields) {
    return {static_cast<std::size_t>(fields.offset()), static_cast<std::size_t>(fields.page_limit())};
  }
  template <class Row>
  std::span<const Row> part_of(const std::vector<Row>& rows) const {
    const std::size_t from = std::min(offset, rows.size());
    return std::span(rows).subspan(from, std::min(limit, rows.size() - from));
  }

  std::size_t offset = 0;
  std::size_t limit = 0;
};

/// Whether the filter Provider lets it through: its name, "other" for none, or an empty filter.
bool is_of_provider(std::string_view provider, std::string_view wanted);

/// The holds of a path, those of senders there included.
std::vector<delivery::HeldPath> holds_of(const delivery::DirectOutlet& outlet, const std::string& path);

boost::json::object encode_hold(const delivery::HeldPath& held);
boost::json::object encode_site(const delivery::SiteInView& seen, const delivery::SiteView& view);

}  // namespace sesame::actions
