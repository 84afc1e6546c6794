#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "accounts/keyring.hpp"
#include "accounts/roles.hpp"
#include "accounts/scope.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// A person who calls through a session of the console, which has proven who they are.
struct SessionCaller {
  /// Account and permissions of the person; there is no key.
  std::shared_ptr<const accounts::Credential> rights;
  accounts::Role role = accounts::Role::reviewer;
  std::int64_t user_id = 0;
  std::string user;            // The name.
  std::string session_digest;  // accounts::ConsoleSession::digest
};

/// One authenticated call of an action. Thread: one.
struct Call {
  accounts::Scope scope;
  std::string app_id;                                  // The account's public number.
  std::shared_ptr<const accounts::Credential> caller;  // The credential that signed, or a person's rights.
  std::shared_ptr<const SessionCaller> session;        // Null for signed calls.
  Language language = Language::en;
  std::string request_id;
  std::string client;              // The program that calls, as CallRecord::client.
  boost::json::object parameters;  // Checked against the description; the action may move parts out.
  std::int64_t now_ms = 0;         // When the call was accepted.

  /// The name of the console's user who calls, else the SecretId.
  const std::string& credential() const { return session ? session->user : caller->secret_id; }
};

}  // namespace sesame::cloudapi
