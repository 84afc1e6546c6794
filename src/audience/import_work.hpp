#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "storage/database.hpp"

/// The work behind imports, in steps of one block at most; the open work is read from the tables every time,
/// so it goes on after a crash. Job: write.
namespace sesame::audience {

/// One step of undoing an import, or of removing what an expired one owns. Returns whether it did something.
/// An import whose blocks can't be read is stopped, and logged.
bool import_step(storage::Writer& writer);

/// Hands the imports of a group that is being removed to import_step().
void expire_imports_of(storage::Writer& writer, std::int64_t group_id);

}  // namespace sesame::audience
