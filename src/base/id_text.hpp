#pragma once

#include <cstdint>
#include <string>

namespace sesame {

/// An id as the API shows it. Ids are int64 in the database and unsigned in the API: one above the largest
/// int64, which a caller may send and which nothing has, arrives as a negative number and is shown as it was
/// sent. Pure. Thread: any.
inline std::string id_text(std::int64_t id) { return std::to_string(static_cast<std::uint64_t>(id)); }

}  // namespace sesame
