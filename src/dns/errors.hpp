#pragma once

#include "base/error.hpp"

namespace sesame::dns::errors {

// Time ran out, the server failed or refused, or its message cannot be read. Facts: name.
inline constexpr ErrorName kNoAnswer{"dns.no_answer", Fault::temporary};
// Too many questions are open, or were before this one.
inline constexpr ErrorName kOverloaded{"dns.overloaded", Fault::temporary};
// The resolver is being stopped.
inline constexpr ErrorName kStopped{"dns.stopped", Fault::temporary};
// The address of the server is malformed, or memory ran out. Facts: value.
inline constexpr ErrorName kSetup{"dns.setup", Fault::internal};

}  // namespace sesame::dns::errors
