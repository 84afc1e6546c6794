#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/users.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The sessions of people in the web console, and the links that log in once. The database holds digests of
/// their tokens only (docs/decisions/0041-console-sessions.md). Job: read for functions of a Reader, write
/// for functions of a Writer.
namespace sesame::accounts {

/// Sessions of one user; one more ends the oldest.
inline constexpr std::uint64_t kSessionsPerUserMax = 20;

/// The key that every function publishes that ends sessions (storage::Writer::publish).
inline constexpr std::uint64_t kSessionsChangedKey = 0x636f6e736f6c6573U;

/// A token of 256 bits for a session, of 128 bits for a link; hexadecimal.
std::string make_session_token(Random& random);
std::string make_link_token(Random& random);
/// The digest that is stored in place of a token (BLAKE2b of 32 bytes). Pure. Thread: any.
std::string token_digest(std::string_view token);
/// The text that a page of the session must repeat in each request that changes something. It reveals nothing
/// about the token. Pure. Thread: any.
std::string csrf_token(std::string_view session_token);

struct SessionLimits {
  std::int64_t idle_ms = 12LL * 3600 * 1000;
  std::int64_t absolute_ms = 7LL * 24 * 3600 * 1000;
};

/// A session that goes on, with its user and their account.
struct ConsoleSession {
  std::string digest;
  User user;
  std::string app_id;  // The account's public number.
  std::string account_name;
  bool administers = false;  // The account manages the others.
  std::int64_t created_ms = 0;
  std::int64_t seen_ms = 0;
  std::int64_t proven_ms = 0;  // The last time the person proved who they are.
};

struct NewSession {
  std::string digest;
  std::int64_t account_id = 0;
  std::int64_t user_id = 0;
  std::string peer;   // For the person's list of sessions; mended and cut.
  std::string agent;  // The User-Agent; mended and cut.
};
void create_session(storage::Writer& writer, const NewSession& session, std::int64_t now_ms);
/// nullopt when there is no such session, its time is over, or its user is disabled.
std::optional<ConsoleSession> find_session(storage::Reader& reader, std::string_view digest,
                                           const SessionLimits& limits, std::int64_t now_ms);
/// A session of a user, as the user's own list shows it.
struct OwnSession {
  std::string digest;
  std::int64_t created_ms = 0;
  std::int64_t seen_ms = 0;
  std::string peer;
  std::string agent;
};
/// The sessions of a user that go on, the newest first; at most kSessionsPerUserMax.
std::vector<OwnSession> list_sessions(storage::Reader& reader, std::int64_t user_id,
                                      const SessionLimits& limits, std::int64_t now_ms);
void touch_session(storage::Writer& writer, std::string_view digest, std::int64_t now_ms);
/// The person has proven again who they are.
void prove_session(storage::Writer& writer, std::string_view digest, std::int64_t now_ms);
void end_session(storage::Writer& writer, std::string_view digest);
/// Ends all sessions of a user but the one of `spared_digest`.
void end_sessions_of(storage::Writer& writer, std::int64_t user_id, std::string_view spared_digest = {});
/// Ends every session and takes every link away.
void end_all_sessions(storage::Writer& writer);
/// Deletes sessions and links whose time is over.
void delete_expired_sessions(storage::Writer& writer, const SessionLimits& limits, std::int64_t now_ms);

/// `user_id` of a link that makes the first owner.
inline constexpr std::int64_t kSetupLink = 0;
/// Adds a link. A new link that makes the first owner replaces the one before.
void create_link(storage::Writer& writer, std::string_view digest, std::int64_t user_id,
                 std::int64_t expires_ms);
/// The id of the user of a link that is good now. nullopt when there is none or its time is over.
std::optional<std::int64_t> find_link(storage::Reader& reader, std::string_view digest, std::int64_t now_ms);
/// Uses a link up; the id of its user. nullopt when there is none or its time is over.
std::optional<std::int64_t> take_link(storage::Writer& writer, std::string_view digest, std::int64_t now_ms);
/// Uses up a link that is a file: a row says so until its time is over. False when it was used before.
bool spend_link(storage::Writer& writer, std::string_view digest, std::int64_t expires_ms);
void delete_links_of(storage::Writer& writer, std::int64_t user_id);

}  // namespace sesame::accounts
