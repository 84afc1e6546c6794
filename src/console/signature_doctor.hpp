#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "accounts/keyring.hpp"

namespace sesame::console {

/// The surroundings of a diagnosis.
struct DoctorFacts {
  std::int64_t account_id = 0;  // Credentials of other accounts count as unknown.
  std::int64_t now_s = 0;
  std::vector<std::string> hosts;  // Names of this server that a client may have signed for.
};

/// Says why a signature is refused: {"findings":[{"rule","text","at"}], "rules":[{"rule","holds","text"}],
/// "server":{"canonical_request","string_to_sign"}}. `question` holds "text", which is a request (its bytes
/// or a curl command), an Authorization header, a canonical request, a string to sign or an error's text,
/// and may hold "body", the bytes that were sent, and "code". A signature that fits none of the readings of
/// the request is tried on what clients and proxies are known to change; no key and no other account's id
/// leaves the server. Takes some tens of HMACs. Thread: any.
boost::json::object examine(const boost::json::object& question, const accounts::Keyring& keyring,
                            const DoctorFacts& facts);

}  // namespace sesame::console
