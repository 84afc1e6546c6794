#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "mime/address.hpp"

namespace sesame::mime {

/// The mailboxes of an address field in a foreign mail (From, To, Cc, Reply-To; RFC 5322 §3.4), given raw as
/// in HeaderField::raw: names are decoded, groups dissolved, comments dropped (one behind an address without
/// a name is its name). Unacceptable addresses (check_address) are left out, and all beyond `mailboxes_max`.
/// Names are valid UTF-8 without control characters, of at most kMaxAliasBytes. Pure. Thread: any.
std::vector<Mailbox> read_addresses(std::string_view field, std::size_t mailboxes_max);

}  // namespace sesame::mime
