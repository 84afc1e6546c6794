#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "mime/address.hpp"

namespace sesame::mime {

/// The mailboxes of an address field that somebody else wrote (From, To, Cc, Reply-To; RFC 5322 §3.4), given
/// raw as in HeaderField::raw: names are decoded, groups dissolved, comments dropped. What is no acceptable
/// address (check_address) is left out, and what goes beyond `mailboxes_max`. Names are valid UTF-8 without
/// control characters. Pure but for memory; any thread.
std::vector<Mailbox> read_addresses(std::string_view field, std::size_t mailboxes_max);

}  // namespace sesame::mime
