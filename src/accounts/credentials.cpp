#include "accounts/credentials.hpp"

#include <algorithm>
#include <span>

#include "accounts/errors.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr Sql kFind{"accounts.find_credential", "SELECT account_id FROM credential WHERE secret_id = ?1"};
constexpr Sql kCount{"accounts.count_credentials", "SELECT count(*) FROM credential WHERE account_id = ?1"};
constexpr Sql kInsert{
    "accounts.insert_credential",
    "INSERT INTO credential (secret_id, account_id, sealed_key, enabled, created_ms, name, permissions) "
    "VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)"};
constexpr Sql kList{"accounts.list_credentials",
                    "SELECT secret_id, name, permissions, enabled, created_ms FROM credential "
                    "WHERE account_id = ?1 ORDER BY created_ms, secret_id LIMIT ?3 OFFSET ?2"};
constexpr Sql kEnable{"accounts.enable_credential",
                      "UPDATE credential SET enabled = ?3 WHERE account_id = ?1 AND secret_id = ?2"};
constexpr Sql kState{"accounts.credential_state",
                     "SELECT enabled FROM credential WHERE account_id = ?1 AND secret_id = ?2"};
constexpr Sql kDelete{"accounts.delete_credential", "DELETE FROM credential WHERE secret_id = ?1"};
constexpr Sql kAnyAdministrator{
    "accounts.any_administrator",
    "SELECT 1 FROM credential JOIN account ON account.id = credential.account_id "
    "WHERE account.administers = 1 AND credential.enabled = 1 AND credential.permissions = 'all' LIMIT 1"};
// The columns that open_row reads.
constexpr Sql kLoad{
    "accounts.load_credential",
    "SELECT credential.secret_id, credential.account_id, credential.sealed_key, credential.enabled, "
    "account.app_id, account.administers, credential.permissions "
    "FROM credential JOIN account ON account.id = credential.account_id WHERE credential.secret_id = ?1"};
constexpr Sql kLoadAll{
    "accounts.load_credentials",
    "SELECT credential.secret_id, credential.account_id, credential.sealed_key, credential.enabled, "
    "account.app_id, account.administers, credential.permissions "
    "FROM credential JOIN account ON account.id = credential.account_id"};

constexpr std::size_t kSecretIdBytesMax = 128;
constexpr std::size_t kSecretKeyBytesMin = 16;  // Fewer can be guessed.
constexpr std::size_t kSecretKeyBytesMax = 256;
constexpr std::size_t kSecretIdLetters = 32;
constexpr std::size_t kSecretKeyLetters = 32;

std::string context_of(std::string_view secret_id) { return "credential:" + std::string(secret_id); }

// A secret id stands between '=' and '/' in the Authorization header; neither part may be cut there.
bool is_plain(std::string_view text, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != ',' && c != '/';
  });
}

Error unknown(std::string_view secret_id) {
  return Error(errors::kUnknownCredential).with("value", std::string(secret_id));
}

Result<Credential> open_row(storage::Rows& row, const SecretBox& box) {
  Credential credential;
  credential.secret_id = row.next_text();
  credential.account_id = row.next_integer();
  const storage::Blob blob = row.next_blob();
  const std::string_view sealed(reinterpret_cast<const char*>(blob.data()), blob.size());
  credential.enabled = row.next_flag();
  credential.app_id = std::to_string(row.next_integer());
  credential.administers = row.next_flag();
  auto permissions = Permissions::parse(row.next_text());
  auto key = box.open_sealed(sealed, context_of(credential.secret_id));
  if (!key) return std::move(key).error();
  if (!permissions) return std::move(permissions).error();
  credential.secret_key = Secret(std::move(key).value());
  credential.permissions = std::move(permissions).value();
  return credential;
}

}  // namespace

std::string random_alphanumeric(Random& random, std::size_t length) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // Beyond it some would come more often.
  constexpr std::size_t kFair = 256 / kLetters.size() * kLetters.size();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    std::byte drawn{};
    random.fill(std::span(&drawn, 1));
    const auto number = std::to_integer<std::size_t>(drawn);
    if (number < kFair) text += kLetters[number % kLetters.size()];
  }
  return text;
}

KeyPair generate_key_pair(Random& random) {
  KeyPair pair;
  pair.secret_id = "AKID" + random_alphanumeric(random, kSecretIdLetters);
  pair.secret_key = Secret(random_alphanumeric(random, kSecretKeyLetters));
  return pair;
}

Status check_key_pair(const KeyPair& pair) {
  if (!is_plain(pair.secret_id, kSecretIdBytesMax)) return Error(errors::kBadSecretId);
  const std::string_view key = pair.secret_key.reveal();
  if (key.size() < kSecretKeyBytesMin || !is_plain(key, kSecretKeyBytesMax))
    return Error(errors::kBadSecretKey);
  return Done{};
}

Status create_credential(storage::Writer& writer, const SecretBox& box, const NewCredential& credential,
                         std::uint64_t credentials_max, std::int64_t now_ms) {
  const std::string& secret_id = credential.pair.secret_id;
  if (writer.query(kFind, secret_id)->next()) {
    return Error(errors::kSecretIdTaken).with("secret_id", secret_id);
  }
  const auto count = writer.query(kCount, credential.account_id);
  if (count->next() && count->next_integer<std::uint64_t>() >= credentials_max) {
    return Error(errors::kTooManyCredentials)
        .with("name", "credentials")
        .with("limit", std::to_string(credentials_max));
  }
  const std::string sealed = box.seal(credential.pair.secret_key.reveal(), context_of(secret_id));
  const storage::Blob blob = std::as_bytes(std::span(sealed));
  writer.run(kInsert, secret_id, credential.account_id, blob, now_ms, credential.name,
             credential.permissions.text());
  return Done{};
}

Result<CredentialPage> list_credentials(storage::Reader& reader, std::int64_t account_id,
                                        std::uint64_t offset, std::uint64_t limit) {
  CredentialPage page;
  const auto count = reader.query(kCount, account_id);
  if (count->next()) page.total = count->next_integer<std::uint64_t>();
  if (offset >= page.total) return page;
  const auto rows = reader.query(kList, account_id, offset, limit);
  while (rows->next()) {
    CredentialRow row{.secret_id = std::string(rows->next_text()), .name = std::string(rows->next_text())};
    auto permissions = Permissions::parse(rows->next_text());
    row.enabled = rows->next_flag();
    row.created_ms = rows->next_integer();
    if (!permissions) return std::move(permissions).error();
    row.permissions = std::move(permissions).value();
    page.rows.push_back(std::move(row));
  }
  return page;
}

Status set_credential_enabled(storage::Writer& writer, std::int64_t account_id, std::string_view secret_id,
                              bool enabled) {
  if (!is_plain(secret_id, kSecretIdBytesMax)) return unknown(secret_id);
  if (writer.run(kEnable, account_id, secret_id, enabled ? 1 : 0) == 0) return unknown(secret_id);
  if (!enabled && !writer.query(kAnyAdministrator)->next()) {
    return Error(errors::kLastAdministrator).with("rule", "last_administrator");
  }
  return Done{};
}

Status delete_credential(storage::Writer& writer, std::int64_t account_id, std::string_view secret_id) {
  const auto state = writer.query(kState, account_id, secret_id);
  if (!state->next()) return unknown(secret_id);
  if (state->next_flag()) {
    return Error(errors::kCredentialEnabled).with("value", std::string(secret_id));
  }
  writer.run(kDelete, secret_id);
  return Done{};
}

Result<Credential> load_credential(storage::Reader& reader, const SecretBox& box,
                                   std::string_view secret_id) {
  const auto rows = reader.query(kLoad, secret_id);
  if (!rows->next()) return unknown(secret_id);
  return open_row(*rows, box);
}

Result<std::vector<Credential>> load_credentials(storage::Reader& reader, const SecretBox& box) {
  std::vector<Credential> credentials;
  const auto rows = reader.query(kLoadAll);
  while (rows->next()) {
    auto credential = open_row(*rows, box);
    if (!credential) return std::move(credential).error();
    credentials.push_back(std::move(credential).value());
  }
  return credentials;
}

Status load_keyring(storage::Database& database, const SecretBox& box, Keyring& keyring) {
  auto loaded = database.get<std::vector<Credential>>(
      [&](storage::Reader& reader) { return load_credentials(reader, box); });
  if (!loaded) return std::move(loaded).error();
  keyring.replace(std::move(loaded).value());
  return Done{};
}

}  // namespace sesame::accounts
