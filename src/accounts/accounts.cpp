#include "accounts/accounts.hpp"

#include "accounts/errors.hpp"
#include "base/id_text.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr Sql kFindAppId{"accounts.find_app_id",
                         "SELECT id, name, administers, created_ms FROM account WHERE app_id = ?1"};
constexpr Sql kFindId{"accounts.find_id", "SELECT app_id FROM account WHERE id = ?1"};
constexpr Sql kInsertAccount{
    "accounts.insert", "INSERT INTO account (app_id, created_ms, name, administers) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kCountAccounts{"accounts.count", "SELECT count(*) FROM account"};
constexpr Sql kListAccounts{"accounts.list",
                            "SELECT id, app_id, name, administers, created_ms, "
                            "(SELECT count(*) FROM credential WHERE credential.account_id = account.id) "
                            "FROM account ORDER BY id LIMIT ?2 OFFSET ?1"};

constexpr Sql kFirstAdministrator{"accounts.first_administrator",
                                  "SELECT id FROM account WHERE administers = 1 ORDER BY id LIMIT 1"};

constexpr std::uint64_t kNoCap = UINT64_MAX;

std::uint64_t count_accounts(storage::Reader& reader) {
  const auto rows = reader.query(kCountAccounts);
  return rows->next() ? rows->next_integer<std::uint64_t>() : 0;
}

}  // namespace

Result<Account> create_account(storage::Writer& writer, Random& random, std::string name,
                               std::uint64_t accounts_max, std::int64_t now_ms) {
  const std::uint64_t count = count_accounts(writer);
  if (count >= accounts_max) {
    return Error(errors::kTooMany).with("name", "accounts").with("limit", std::to_string(accounts_max));
  }
  Account account{.name = std::move(name), .administers = count == 0, .created_ms = now_ms};
  do {
    account.app_id = static_cast<std::int64_t>(1'000'000'000 + random.next() % 9'000'000'000);
  } while (writer.query(kFindAppId, account.app_id)->next());
  account.id =
      writer.insert(kInsertAccount, account.app_id, now_ms, account.name, account.administers ? 1 : 0);
  return account;
}

Result<Account> find_account(storage::Reader& reader, std::int64_t app_id) {
  const auto rows = reader.query(kFindAppId, app_id);
  if (!rows->next()) return Error(errors::kUnknown).with("value", id_text(app_id));
  Account account{.id = rows->next_integer(), .app_id = app_id, .name = std::string(rows->next_text())};
  account.administers = rows->next_flag();
  account.created_ms = rows->next_integer();
  return account;
}

std::optional<std::int64_t> app_id_of(storage::Reader& reader, std::int64_t account_id) {
  const auto rows = reader.query(kFindId, account_id);
  if (!rows->next()) return std::nullopt;
  return rows->next_integer();
}

AccountPage list_accounts(storage::Reader& reader, std::uint64_t offset, std::uint64_t limit) {
  AccountPage page{.total = count_accounts(reader), .accounts = {}};
  if (offset >= page.total) return page;
  const auto rows = reader.query(kListAccounts, offset, limit);
  while (rows->next()) {
    page.accounts.push_back({.id = rows->next_integer(),
                             .app_id = rows->next_integer(),
                             .name = std::string(rows->next_text()),
                             .administers = rows->next_flag(),
                             .created_ms = rows->next_integer(),
                             .credentials = rows->next_integer<std::uint64_t>()});
  }
  return page;
}

Result<std::optional<FirstCredential>> ensure_first_credential(storage::Database& database,
                                                               const SecretBox& box, Random& random,
                                                               std::int64_t now_ms,
                                                               std::optional<KeyPair> given,
                                                               const KeepCredential& keep) {
  if (given) {
    if (Status checked = check_key_pair(*given); !checked) return std::move(checked).error();
  }
  const bool generated = !given;
  NewCredential first{.pair = given ? std::move(*given) : generate_key_pair(random), .name = "first"};
  if (generated && keep) {
    const Result<bool> empty = database.get<bool>(
        [](storage::Reader& reader) -> Result<bool> { return count_accounts(reader) == 0; });
    if (!empty) return empty.error();
    if (!*empty) return std::optional<FirstCredential>();
    if (Status kept = keep(first.pair); !kept) return std::move(kept).error();
  }
  auto created =
      database.change<bool>(storage::Priority::interactive, [&](storage::Writer& writer) -> Result<bool> {
        if (count_accounts(writer) > 0) return false;
        const Result<Account> account = create_account(writer, random, "administration", kNoCap, now_ms);
        if (!account) return account.error();
        first.account_id = account->id;
        Status stored = create_credential(writer, box, first, kNoCap, now_ms);
        if (!stored) return std::move(stored).error();
        return true;
      });
  if (!created) return std::move(created).error();
  if (!*created) return std::optional<FirstCredential>();
  FirstCredential shown{std::move(first.pair.secret_id), std::move(first.pair.secret_key), generated};
  return std::optional<FirstCredential>(std::move(shown));
}

Result<KeyPair> add_administrator_credential(storage::Database& database, const SecretBox& box,
                                             Random& random, std::int64_t now_ms) {
  NewCredential made{.pair = generate_key_pair(random), .name = "reset"};
  auto created =
      database.change<bool>(storage::Priority::interactive, [&](storage::Writer& writer) -> Result<bool> {
        {
          const auto row = writer.query(kFirstAdministrator);
          if (!row->next()) return Error(errors::kUnknown).with("value", "administration");
          made.account_id = row->next_integer();
        }
        Status stored = create_credential(writer, box, made, kNoCap, now_ms);
        if (!stored) return std::move(stored).error();
        return true;
      });
  if (!created) return std::move(created).error();
  return std::move(made.pair);
}

}  // namespace sesame::accounts
