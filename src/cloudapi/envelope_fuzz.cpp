#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cloudapi/envelope.hpp"

// A body that is accepted says the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::cloudapi;
  const auto decoded = decode_parameters({reinterpret_cast<const char*>(data), size});
  if (!decoded) return 0;
  const std::string text = boost::json::serialize(*decoded);
  const auto again = decode_parameters(text);
  if (!again || boost::json::serialize(*again) != text) std::abort();
  return 0;
}
