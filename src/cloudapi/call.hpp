#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "accounts/keyring.hpp"
#include "accounts/scope.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// One authenticated call of an action. Thread: one.
struct Call {
  accounts::Scope scope;
  std::string app_id;                                  // The account's public number.
  std::shared_ptr<const accounts::Credential> caller;  // The credential that signed.
  Language language = Language::en;
  std::string request_id;
  boost::json::object parameters;  // Checked against the description; the action may move parts out.
  std::int64_t now_ms = 0;         // When the call was accepted.
};

}  // namespace sesame::cloudapi
