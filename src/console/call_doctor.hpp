#pragma once

#include <boost/json/object.hpp>

#include "accounts/keyring.hpp"
#include "cloudapi/call_record.hpp"
#include "console/signature_doctor.hpp"

namespace sesame::console {

/// Says why a call that the server kept was refused, in the form of examine(). Neither the signature nor the
/// body is kept; their digests show whether what clients and proxies are known to change explains the
/// signature. Takes some tens of HMACs. Thread: any.
boost::json::object examine_call(const cloudapi::CallRecord& call, const accounts::Keyring& keyring,
                                 const DoctorFacts& facts);

}  // namespace sesame::console
