#include "accounts/console_sessions.hpp"

#include <sodium.h>

#include <array>
#include <span>

#include "base/earliest_time.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr std::size_t kSessionBytes = 32;
constexpr std::size_t kLinkBytes = 16;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kCsrfBytes = 16;
constexpr std::size_t kShownBytesMax = 200;
constexpr std::int64_t kUsedLink = -1;  // `user_id` of the note that a link was used.

constexpr Sql kInsert{
    "accounts.insert_session",
    "INSERT INTO console_session (token_digest, account_id, user_id, created_ms, seen_ms, proven_ms, peer, "
    "agent) VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?5, ?6)"};
constexpr Sql kFind{
    "accounts.find_session",
    "SELECT console_session.created_ms, console_session.seen_ms, console_session.proven_ms, "
    "console_user.id, console_user.account_id, console_user.name, console_user.role, console_user.enabled, "
    "length(console_user.password_hash) > 0, console_user.created_ms, "
    "console_user.login_ms, EXISTS (SELECT 1 FROM second_factor WHERE user_id = console_user.id), "
    "(SELECT count(*) FROM recovery_code WHERE user_id = console_user.id), account.app_id, account.name, "
    "account.administers FROM console_session "
    "JOIN console_user ON console_user.id = console_session.user_id "
    "JOIN account ON account.id = console_user.account_id "
    "WHERE console_session.token_digest = ?1 AND console_session.seen_ms > ?2 "
    "AND console_session.created_ms > ?3 AND console_session.created_ms <= ?4 AND console_session.seen_ms <= "
    "?4 "
    "AND console_user.enabled = 1"};
constexpr Sql kListOwn{
    "accounts.list_sessions",
    "SELECT token_digest, created_ms, seen_ms, peer, agent FROM console_session WHERE "
    "user_id = ?1 AND seen_ms > ?2 AND created_ms > ?3 AND created_ms <= ?4 AND seen_ms <= "
    "?4 ORDER BY created_ms DESC, token_digest LIMIT ?5"};
constexpr Sql kTouch{"accounts.touch_session",
                     "UPDATE console_session SET seen_ms = ?2 WHERE token_digest = ?1 AND seen_ms < ?2"};
constexpr Sql kProve{"accounts.prove_session",
                     "UPDATE console_session SET proven_ms = ?2 WHERE token_digest = ?1"};
constexpr Sql kEnd{"accounts.end_session", "DELETE FROM console_session WHERE token_digest = ?1"};
constexpr Sql kEndAll{"accounts.end_sessions",
                      "DELETE FROM console_session WHERE user_id = ?1 AND token_digest <> ?2"};
constexpr Sql kEndOldest{
    "accounts.end_oldest_sessions",
    "DELETE FROM console_session WHERE user_id = ?1 AND token_digest NOT IN (SELECT token_digest FROM "
    "console_session WHERE user_id = ?1 ORDER BY created_ms DESC, token_digest LIMIT ?2)"};
constexpr Sql kEndEvery{"accounts.end_every_session", "DELETE FROM console_session"};
constexpr Sql kDeleteEveryLink{"accounts.delete_every_link", "DELETE FROM console_link"};
constexpr Sql kDeleteIdle{"accounts.delete_idle_sessions", "DELETE FROM console_session WHERE seen_ms <= ?1"};
constexpr Sql kDeleteOld{"accounts.delete_old_sessions",
                         "DELETE FROM console_session WHERE created_ms <= ?1"};
constexpr Sql kDeleteLinks{"accounts.delete_expired_links",
                           "DELETE FROM console_link WHERE expires_ms <= ?1"};
constexpr Sql kInsertLink{"accounts.insert_link",
                          "INSERT INTO console_link (token_digest, user_id, expires_ms) VALUES (?1, ?2, ?3)"};
constexpr Sql kFindLink{"accounts.find_link",
                        "SELECT user_id FROM console_link WHERE token_digest = ?1 AND expires_ms > ?2 AND "
                        "expires_ms <= ?3 AND user_id >= 0"};
constexpr Sql kHasLink{"accounts.has_link", "SELECT 1 FROM console_link WHERE token_digest = ?1"};
constexpr Sql kTakeLink{"accounts.take_link", "DELETE FROM console_link WHERE token_digest = ?1"};
constexpr Sql kLinksOf{"accounts.delete_links_of_user", "DELETE FROM console_link WHERE user_id = ?1"};

std::string hash_of(std::string_view text, std::string_view key, std::size_t bytes) {
  std::array<unsigned char, kDigestBytes> digest{};
  crypto_generichash(digest.data(), bytes, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return {reinterpret_cast<const char*>(digest.data()), bytes};
}

std::string make_token(Random& random, std::size_t bytes) {
  std::array<std::byte, kSessionBytes> drawn{};
  const std::span<std::byte> used = std::span(drawn).first(bytes);
  random.fill(used);
  return encode_hex({reinterpret_cast<const char*>(used.data()), used.size()});
}

storage::Blob blob(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

/// Runs a statement that ends sessions, and says so when there were any.
template <class... Args>
void end_where(storage::Writer& writer, const Sql& statement, const Args&... args) {
  if (writer.run(statement, args...) > 0) writer.publish({kSessionsChangedKey});
}

std::string shown(std::string_view text) { return utf8::mended_to_store(text.substr(0, kShownBytesMax)); }

}  // namespace

std::string make_session_token(Random& random) { return make_token(random, kSessionBytes); }

std::string make_link_token(Random& random) { return make_token(random, kLinkBytes); }

std::string token_digest(std::string_view token) { return hash_of(token, {}, kDigestBytes); }

std::string csrf_token(std::string_view session_token) {
  return encode_hex(hash_of(session_token, "sesame console csrf", kCsrfBytes));
}

void create_session(storage::Writer& writer, const NewSession& session, std::int64_t now_ms) {
  writer.run(kInsert, blob(session.digest), session.account_id, session.user_id, now_ms, shown(session.peer),
             shown(session.agent));
  end_where(writer, kEndOldest, session.user_id, kSessionsPerUserMax);
}

std::optional<ConsoleSession> find_session(storage::Reader& reader, std::string_view digest,
                                           const SessionLimits& limits, std::int64_t now_ms) {
  const auto row = reader.query(kFind, blob(digest), now_ms - limits.idle_ms, now_ms - limits.absolute_ms,
                                now_ms + kClockSlackMs);
  if (!row->next()) return std::nullopt;
  ConsoleSession session;
  session.digest = digest;
  session.created_ms = row->next_integer();
  session.seen_ms = row->next_integer();
  session.proven_ms = row->next_integer();
  session.user.id = row->next_integer();
  session.user.account_id = row->next_integer();
  session.user.name = row->next_text();
  session.user.role = row->next_integer<Role>();
  session.user.enabled = row->next_flag();
  session.user.has_password = row->next_flag();
  session.user.created_ms = row->next_integer();
  session.user.login_ms = row->next_integer();
  session.user.has_second_factor = row->next_flag();
  session.user.recovery_codes = row->next_integer<std::uint64_t>();
  session.app_id = std::to_string(row->next_integer());
  session.account_name = row->next_text();
  session.administers = row->next_flag();
  return session;
}

std::vector<OwnSession> list_sessions(storage::Reader& reader, std::int64_t user_id,
                                      const SessionLimits& limits, std::int64_t now_ms) {
  std::vector<OwnSession> sessions;
  const auto rows = reader.query(kListOwn, user_id, now_ms - limits.idle_ms, now_ms - limits.absolute_ms,
                                 now_ms + kClockSlackMs, kSessionsPerUserMax);
  while (rows->next()) {
    OwnSession session;
    const storage::Blob digest = rows->next_blob();
    session.digest.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
    session.created_ms = rows->next_integer();
    session.seen_ms = rows->next_integer();
    session.peer = rows->next_text();
    session.agent = rows->next_text();
    sessions.push_back(std::move(session));
  }
  return sessions;
}

void touch_session(storage::Writer& writer, std::string_view digest, std::int64_t now_ms) {
  writer.run(kTouch, blob(digest), now_ms);
}

void prove_session(storage::Writer& writer, std::string_view digest, std::int64_t now_ms) {
  writer.run(kProve, blob(digest), now_ms);
}

void end_session(storage::Writer& writer, std::string_view digest) { end_where(writer, kEnd, blob(digest)); }

void end_sessions_of(storage::Writer& writer, std::int64_t user_id, std::string_view spared_digest) {
  end_where(writer, kEndAll, user_id, blob(spared_digest));
}

void end_all_sessions(storage::Writer& writer) {
  end_where(writer, kEndEvery);
  writer.run(kDeleteEveryLink);
}

void delete_expired_sessions(storage::Writer& writer, const SessionLimits& limits, std::int64_t now_ms) {
  end_where(writer, kDeleteIdle, now_ms - limits.idle_ms);
  end_where(writer, kDeleteOld, now_ms - limits.absolute_ms);
  writer.run(kDeleteLinks, now_ms);
}

void create_link(storage::Writer& writer, std::string_view digest, std::int64_t user_id,
                 std::int64_t expires_ms) {
  if (user_id == kSetupLink) delete_links_of(writer, kSetupLink);
  writer.run(kInsertLink, blob(digest), user_id, expires_ms);
}

std::optional<std::int64_t> find_link(storage::Reader& reader, std::string_view digest, std::int64_t now_ms) {
  // One that ends later was made by a clock that was ahead.
  constexpr std::int64_t kLifetimeMsMax = 24LL * 3600 * 1000;
  const auto row = reader.query(kFindLink, blob(digest), now_ms, now_ms + kLifetimeMsMax + kClockSlackMs);
  if (!row->next()) return std::nullopt;
  return row->next_integer();
}

std::optional<std::int64_t> take_link(storage::Writer& writer, std::string_view digest, std::int64_t now_ms) {
  const std::optional<std::int64_t> user_id = find_link(writer, digest, now_ms);
  if (user_id) writer.run(kTakeLink, blob(digest));
  return user_id;
}

bool spend_link(storage::Writer& writer, std::string_view digest, std::int64_t expires_ms) {
  if (writer.query(kHasLink, blob(digest))->next()) return false;
  writer.run(kInsertLink, blob(digest), kUsedLink, expires_ms);
  return true;
}

void delete_links_of(storage::Writer& writer, std::int64_t user_id) { writer.run(kLinksOf, user_id); }

}  // namespace sesame::accounts
