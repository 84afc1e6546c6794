#pragma once

#include <optional>
#include <string_view>

#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The answer of the receiving server that the sandbox plays for the sample addresses of the first steps; the
/// tag of the local part chooses it. NAME+bounce@sandbox.invalid does not exist, and NAME+defer@ is
/// greylisted at its first attempt. nullopt: the mail is taken, as for every other address. The domain can be
/// nobody's (RFC 6761 §6.4). `attempts`: those before this one. Pure. Thread: any.
std::optional<smtp::Attempt> sample_answer(std::string_view address, unsigned attempts);

}  // namespace sesame::delivery
