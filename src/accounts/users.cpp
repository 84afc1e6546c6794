#include "accounts/users.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "accounts/console_sessions.hpp"
#include "accounts/errors.hpp"
#include "accounts/second_factor.hpp"
#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "storage/sql_text.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

// The columns that read_user reads.
constexpr SqlText kSelect{
    "SELECT id, account_id, name, role, enabled, length(password_hash) > 0, "
    "created_ms, login_ms, EXISTS (SELECT 1 FROM second_factor WHERE user_id = console_user.id), "
    "(SELECT count(*) FROM recovery_code WHERE user_id = console_user.id) FROM console_user WHERE "};
constexpr Sql kInsert{"accounts.insert_user",
                      "INSERT INTO console_user (account_id, name, name_key, role, enabled, password_hash, "
                      "created_ms) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)"};
constexpr Sql kFind{"accounts.find_user", sql_join<kSelect, "name_key = ?1">};
constexpr Sql kFindId{"accounts.find_user_by_id", sql_join<kSelect, "id = ?1">};
constexpr Sql kHash{"accounts.password_of_user", "SELECT password_hash FROM console_user WHERE id = ?1"};
constexpr Sql kCount{"accounts.count_users", "SELECT count(*) FROM console_user WHERE account_id = ?1"};
constexpr Sql kList{"accounts.list_users",
                    sql_join<kSelect, "account_id = ?1 ORDER BY id LIMIT ?3 OFFSET ?2">};
constexpr Sql kFirstOwner{"accounts.first_owner",
                          sql_join<kSelect, "role = ?1 AND enabled = 1 ORDER BY id LIMIT 1">};
constexpr Sql kFirstAccount{"accounts.first_account", "SELECT min(id) FROM account"};
constexpr Sql kRole{"accounts.set_user_role", "UPDATE console_user SET role = ?2 WHERE id = ?1"};
constexpr Sql kEnabled{"accounts.set_user_enabled", "UPDATE console_user SET enabled = ?2 WHERE id = ?1"};
constexpr Sql kPassword{"accounts.set_user_password",
                        "UPDATE console_user SET password_hash = ?2 WHERE id = ?1"};
constexpr Sql kDelete{"accounts.delete_user", "DELETE FROM console_user WHERE id = ?1"};
constexpr Sql kLogin{"accounts.note_login", "UPDATE console_user SET login_ms = ?2 WHERE id = ?1"};

// Long enough, and guessed first all the same.
constexpr std::string_view kCommonPasswords[] = {
    "123456789012",     "1234567890123", "12345678901234", "123456123456",     "1q2w3e4r5t6y",
    "1qaz2wsx3edc",     "administrator", "changeme1234",   "changemechangeme", "iloveyou1234",
    "letmeinletmein",   "passw0rd1234",  "password1234",   "password12345",    "password123456",
    "passwordpassword", "qazwsxedcrfv",  "qwerty123456",   "qwertyqwerty",     "qwertyuiop12",
    "qwertyuiop123",    "qwertyuiopas",  "welcome12345",   "zaq12wsxcde3",     "correcthorsebatterystaple"};

User read_user(storage::Rows& row) {
  User user;
  user.id = row.next_integer();
  user.account_id = row.next_integer();
  user.name = row.next_text();
  user.role = row.next_integer<Role>();
  user.enabled = row.next_flag();
  user.has_password = row.next_flag();
  user.created_ms = row.next_integer();
  user.login_ms = row.next_integer();
  user.has_second_factor = row.next_flag();
  user.recovery_codes = row.next_integer<std::uint64_t>();
  return user;
}

Error unknown(std::string_view name) {
  return Error(errors::kUnknownUser).with("value", utf8::mended_to_store(std::string(name)));
}

Error weak(std::string rule) { return Error(errors::kPasswordWeak).with("rule", std::move(rule)); }

/// One sign alone, or a sequence such as "abcdefghijkl".
bool is_simple(std::string_view password) {
  bool steady = true;
  for (std::size_t i = 2; i < password.size() && steady; ++i)
    steady = password[i] - password[i - 1] == password[1] - password[0];
  return steady && std::abs(password[1] - password[0]) <= 1;
}

}  // namespace

Status check_user_name(std::string_view name) {
  const bool fits =
      !name.empty() && name.size() <= kUserNameBytesMax && std::ranges::all_of(name, [](char c) {
        return ascii::is_alpha(c) || ascii::is_digit(c) ||
               std::string_view("._@+-").find(c) != std::string_view::npos;
      });
  if (fits) return Done{};
  return Error(errors::kUserName).with("limit", std::to_string(kUserNameBytesMax));
}

Status check_password(std::string_view password, std::string_view user_name) {
  if (password.size() < kPasswordBytesMin)
    return weak("at least " + std::to_string(kPasswordBytesMin) + " characters");
  if (password.size() > kPasswordBytesMax)
    return weak("at most " + std::to_string(kPasswordBytesMax) + " bytes");
  const std::string low = ascii::lower(password);
  if (is_simple(low) || std::ranges::find(kCommonPasswords, low) != std::end(kCommonPasswords))
    return weak("one that is not guessed first");
  const std::string name = ascii::lower(user_name);
  constexpr std::size_t kTellingBytes = 4;
  if (name.size() >= kTellingBytes && low.find(name) != std::string::npos &&
      low.size() - name.size() < kPasswordBytesMin - kTellingBytes)
    return weak("more than the user's name with a few characters");
  return Done{};
}

Result<std::int64_t> create_user(storage::Writer& writer, const NewUser& user, std::int64_t now_ms) {
  if (Status named = check_user_name(user.name); !named) return std::move(named).error();
  const std::string key = ascii::lower(user.name);
  if (find_user(writer, key)) return Error(errors::kUserTaken).with("value", user.name);
  const auto count = writer.query(kCount, user.account_id);
  if (count->next() && count->next_integer<std::uint64_t>() >= kUsersMax)
    return Error(errors::kTooManyUsers).with("name", "users").with("limit", std::to_string(kUsersMax));
  return writer.insert(kInsert, user.account_id, user.name, key, user.role, user.password_hash, now_ms);
}

std::optional<User> find_user(storage::Reader& reader, std::string_view name) {
  const std::string key = ascii::lower(name);
  const auto rows = reader.query(kFind, key);
  if (!rows->next()) return std::nullopt;
  return read_user(*rows);
}

std::optional<User> user_of(storage::Reader& reader, std::int64_t user_id) {
  const auto rows = reader.query(kFindId, user_id);
  if (!rows->next()) return std::nullopt;
  return read_user(*rows);
}

std::optional<UserLogin> find_login(storage::Reader& reader, std::string_view name) {
  std::optional<User> user = find_user(reader, name);
  if (!user) return std::nullopt;
  const auto hash = reader.query(kHash, user->id);
  if (!hash->next()) return std::nullopt;
  return UserLogin{std::move(*user), std::string(hash->next_text())};
}

UserPage list_users(storage::Reader& reader, std::int64_t account_id, std::uint64_t offset,
                    std::uint64_t limit) {
  UserPage page;
  const auto count = reader.query(kCount, account_id);
  if (count->next()) page.total = count->next_integer<std::uint64_t>();
  if (offset >= page.total) return page;
  const auto rows = reader.query(kList, account_id, offset, limit);
  while (rows->next()) page.users.push_back(read_user(*rows));
  return page;
}

bool has_owner(storage::Reader& reader) { return first_owner(reader).has_value(); }

std::optional<User> first_owner(storage::Reader& reader) {
  const auto rows = reader.query(kFirstOwner, Role::owner);
  if (!rows->next()) return std::nullopt;
  return read_user(*rows);
}

std::optional<std::int64_t> first_account(storage::Reader& reader) {
  const auto rows = reader.query(kFirstAccount);
  if (!rows->next()) return std::nullopt;
  const std::int64_t id = rows->next_integer();
  return id == 0 ? std::nullopt : std::optional(id);
}

Status change_user(storage::Writer& writer, std::int64_t user_id, const UserChanges& changes,
                   std::string_view spared_digest) {
  const std::optional<User> before = user_of(writer, user_id);
  if (!before) return unknown(std::to_string(user_id));
  const bool new_role = changes.role && *changes.role != before->role;
  const bool disabled = changes.enabled && !*changes.enabled && before->enabled;
  if (new_role) writer.run(kRole, user_id, *changes.role);
  if (changes.enabled) writer.run(kEnabled, user_id, *changes.enabled ? 1 : 0);
  if (changes.password_hash) writer.run(kPassword, user_id, *changes.password_hash);
  if (before->role == Role::owner && !has_owner(writer)) return Error(errors::kLastOwner);
  if (new_role || disabled || changes.password_hash) {
    end_sessions_of(writer, user_id, spared_digest);
    delete_links_of(writer, user_id);
  }
  return Done{};
}

Status delete_user(storage::Writer& writer, std::int64_t user_id) {
  const std::optional<User> before = user_of(writer, user_id);
  if (!before) return unknown(std::to_string(user_id));
  remove_second_factor(writer, user_id);  // Sessions and links end with it.
  writer.run(kDelete, user_id);
  if (before->role == Role::owner && before->enabled && !has_owner(writer)) return Error(errors::kLastOwner);
  return Done{};
}

Status reset_user(storage::Writer& writer, std::int64_t user_id) {
  if (writer.run(kPassword, user_id, "") == 0) return unknown(std::to_string(user_id));
  remove_second_factor(writer, user_id);  // Sessions and links end with it.
  return Done{};
}

void note_login(storage::Writer& writer, std::int64_t user_id, std::int64_t now_ms) {
  writer.run(kLogin, user_id, now_ms);
}

}  // namespace sesame::accounts
