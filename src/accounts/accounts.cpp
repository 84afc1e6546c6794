#include "accounts/accounts.hpp"

#include <algorithm>
#include <span>

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr Sql kFindAppId{"accounts.find_app_id", "SELECT id FROM account WHERE app_id = ?1"};
constexpr Sql kInsertAccount{"accounts.insert", "INSERT INTO account (app_id, created_ms) VALUES (?1, ?2)"};
constexpr Sql kAnyAccount{"accounts.any", "SELECT id FROM account LIMIT 1"};
constexpr Sql kFindCredential{"accounts.find_credential",
                              "SELECT account_id FROM credential WHERE secret_id = ?1"};
constexpr Sql kInsertCredential{
    "accounts.insert_credential",
    "INSERT INTO credential (secret_id, account_id, sealed_key, enabled, created_ms) "
    "VALUES (?1, ?2, ?3, 1, ?4)"};
constexpr Sql kLoadCredentials{
    "accounts.load_credentials",
    "SELECT credential.secret_id, credential.account_id, credential.sealed_key, credential.enabled, "
    "account.app_id FROM credential JOIN account ON account.id = credential.account_id"};

constexpr std::size_t kSecretIdBytesMax = 128;
constexpr std::size_t kSecretKeyBytesMax = 256;

std::string context_of(std::string_view secret_id) { return "credential:" + std::string(secret_id); }

std::string random_alphanumeric(Random& random, std::size_t length) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kFair =
      256 / kLetters.size() * kLetters.size();  // Beyond it some would come more often.
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

// A secret id stands between '=' and '/' in the Authorization header; neither part may be cut there.
bool is_plain(std::string_view text, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != ',' && c != '/';
  });
}

Status check_given(const KeyPair& pair) {
  if (!is_plain(pair.secret_id, kSecretIdBytesMax)) return Error("accounts.bad_secret_id");
  if (!is_plain(pair.secret_key.reveal(), kSecretKeyBytesMax)) return Error("accounts.bad_secret_key");
  return Done{};
}

}  // namespace

Account create_account(storage::Writer& writer, Random& random, std::int64_t now_ms) {
  Account account{.created_ms = now_ms};
  do {
    account.app_id = static_cast<std::int64_t>(1'000'000'000 + random.next() % 9'000'000'000);
  } while (writer.query(kFindAppId, account.app_id)->next());
  account.id = writer.insert(kInsertAccount, account.app_id, now_ms);
  return account;
}

Status create_credential(storage::Writer& writer, const SecretBox& box, std::int64_t account_id,
                         std::string_view secret_id, const Secret& secret_key, std::int64_t now_ms) {
  if (writer.query(kFindCredential, secret_id)->next()) {
    return Error("accounts.secret_id_taken").with("secret_id", std::string(secret_id));
  }
  const std::string sealed = box.seal(secret_key.reveal(), context_of(secret_id));
  const storage::Blob blob = std::as_bytes(std::span(sealed));
  writer.run(kInsertCredential, secret_id, account_id, blob, now_ms);
  return Done{};
}

Result<std::vector<Credential>> load_credentials(storage::Reader& reader, const SecretBox& box) {
  std::vector<Credential> credentials;
  const auto rows = reader.query(kLoadCredentials);
  while (rows->next()) {
    Credential credential;
    credential.secret_id = rows->text(0);
    credential.account_id = rows->integer(1);
    const storage::Blob blob = rows->blob(2);
    const std::string_view sealed(reinterpret_cast<const char*>(blob.data()), blob.size());
    auto key = box.open_sealed(sealed, context_of(credential.secret_id));
    if (!key) return std::move(key).error();
    credential.secret_key = Secret(std::move(key).value());
    credential.enabled = rows->integer(3) != 0;
    credential.app_id = std::to_string(rows->integer(4));
    credentials.push_back(std::move(credential));
  }
  return credentials;
}

KeyPair generate_key_pair(Random& random) {
  KeyPair pair;
  pair.secret_id = "AKID" + random_alphanumeric(random, 32);
  pair.secret_key = Secret(random_alphanumeric(random, 32));
  return pair;
}

Result<std::optional<FirstCredential>> ensure_first_credential(storage::Database& database,
                                                               const SecretBox& box, Random& random,
                                                               std::int64_t now_ms,
                                                               std::optional<KeyPair> given) {
  if (given) {
    if (Status checked = check_given(*given); !checked) return std::move(checked).error();
  }
  const bool generated = !given;
  KeyPair pair = given ? std::move(*given) : generate_key_pair(random);
  auto created =
      database.change<bool>(storage::Priority::interactive, [&](storage::Writer& writer) -> Result<bool> {
        if (writer.query(kAnyAccount)->next()) return false;
        const Account account = create_account(writer, random, now_ms);
        Status stored = create_credential(writer, box, account.id, pair.secret_id, pair.secret_key, now_ms);
        if (!stored) return std::move(stored).error();
        return true;
      });
  if (!created) return std::move(created).error();
  if (!*created) return std::optional<FirstCredential>();
  FirstCredential first{std::move(pair.secret_id), std::move(pair.secret_key), generated};
  return std::optional<FirstCredential>(std::move(first));
}

Status load_keyring(storage::Database& database, const SecretBox& box, Keyring& keyring) {
  auto loaded = database.get<std::vector<Credential>>(
      [&](storage::Reader& reader) { return load_credentials(reader, box); });
  if (!loaded) return std::move(loaded).error();
  keyring.replace(std::move(loaded).value());
  return Done{};
}

}  // namespace sesame::accounts
