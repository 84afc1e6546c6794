#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cloudapi/envelope.hpp"

namespace {

namespace json = boost::json;

// Boost.JSON 1.81 reads a fraction back to within a few units in the last place, not exactly; no action takes
// one.
bool same(const json::value& a, const json::value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_double()) return true;
  if (const json::array* items = a.if_array()) {
    const json::array& others = b.get_array();
    for (std::size_t i = 0; i < items->size() && i < others.size(); ++i) {
      if (!same((*items)[i], others[i])) return false;
    }
    return items->size() == others.size();
  }
  if (const json::object* members = a.if_object()) {
    const json::object& others = b.get_object();
    for (const auto& member : *members) {
      const json::value* other = others.if_contains(member.key());
      if (other == nullptr || !same(member.value(), *other)) return false;
    }
    return members->size() == others.size();
  }
  return a == b;
}

}  // namespace

// A body that is accepted says the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::cloudapi;
  const auto decoded = decode_parameters({reinterpret_cast<const char*>(data), size});
  if (!decoded) return 0;
  const auto again = decode_parameters(json::serialize(*decoded));
  if (!again || !same(*decoded, *again)) std::abort();
  return 0;
}
