#include "webhooks/webhooks.hpp"

#include <array>
#include <span>
#include <utility>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "base/id_text.hpp"
#include "mime/address.hpp"
#include "net/http_client.hpp"
#include "storage/sql_text.hpp"
#include "webhooks/errors.hpp"

namespace sesame::webhooks {

namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr std::size_t kUrlBytesMax = 2048;
constexpr std::size_t kSecretBytes = 24;

constexpr std::array<std::pair<effects::EventKind, std::string_view>, 8> kNames{{
    {effects::EventKind::delivered, "delivered"},
    {effects::EventKind::dropped, "dropped"},
    {effects::EventKind::bounce, "bounce"},
    {effects::EventKind::open, "open"},
    {effects::EventKind::click, "click"},
    {effects::EventKind::spamreport, "spamreport"},
    {effects::EventKind::unsubscribe, "unsubscribe"},
    {effects::EventKind::deferred, "deferred"},
}};

// The first bytes of a sealed secret are random and identify its version.
constexpr SqlText kColumns{
    "SELECT id, account_id, region, address, url, events, enabled, waiting, created_ms, "
    "substr(sealed_secret, 1, 16) FROM webhook "};
constexpr Sql kFind{"webhooks.find_webhook",
                    "SELECT id FROM webhook WHERE account_id = ?1 AND region = ?2 AND canonical = ?3"};
constexpr Sql kCount{"webhooks.count_webhooks",
                     "SELECT count(*) FROM webhook WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kInsert{
    "webhooks.insert_webhook",
    "INSERT INTO webhook (account_id, region, canonical, address, url, events, enabled, sealed_secret, "
    "created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kUpdate{"webhooks.update_webhook",
                      "UPDATE webhook SET url = ?2, events = ?3, enabled = ?4 WHERE id = ?1"};
constexpr Sql kSetSecret{"webhooks.set_webhook_secret",
                         "UPDATE webhook SET sealed_secret = ?2 WHERE id = ?1"};
constexpr Sql kDelete{"webhooks.delete_webhook", "DELETE FROM webhook WHERE id = ?1"};
constexpr Sql kLeave{"webhooks.leave_webhook_events",
                     "INSERT INTO webhook_leftover (webhook_id) VALUES (?1)"};
constexpr Sql kList{"webhooks.list_webhooks",
                    sql_join<kColumns,
                             "WHERE account_id = ?1 AND region = ?2 ORDER BY CASE WHEN canonical = '' THEN 0 "
                             "ELSE 1 END, id LIMIT ?3 OFFSET ?4">};
constexpr Sql kEnabled{"webhooks.enabled_webhooks", sql_join<kColumns, "WHERE enabled = 1">};
constexpr Sql kWaiting{"webhooks.webhooks_with_waiting", sql_join<kColumns, "WHERE waiting > 0">};
constexpr Sql kSecret{"webhooks.webhook_secret",
                      "SELECT account_id, region, canonical, sealed_secret FROM webhook WHERE id = ?1"};

std::string context_of(const accounts::Scope& scope, std::string_view canonical) {
  std::string context = "webhook:" + std::to_string(scope.account_id) + ":" + scope.region + ":";
  context += canonical;
  return context;
}

Webhook read(storage::Rows& rows) {
  Webhook webhook;
  webhook.id = rows.next_integer();
  webhook.scope = {rows.next_integer(), std::string(rows.next_text())};
  webhook.address = rows.next_text();
  webhook.url = rows.next_text();
  webhook.events = EventKinds(rows.next_integer<std::uint32_t>());
  webhook.enabled = rows.next_flag();
  webhook.waiting = rows.next_integer();
  webhook.created_ms = rows.next_integer();
  const storage::Blob version = rows.next_blob();
  webhook.secret_version = encode_hex({reinterpret_cast<const char*>(version.data()), version.size()});
  return webhook;
}

Status check_url(std::string_view url) {
  const bool schemed = ascii::istarts_with(url, "http://") || ascii::istarts_with(url, "https://");
  const bool plain = url.find_first_of(std::string_view(" \t\r\n\0", 5)) == url.npos && ascii::is_ascii(url);
  if (schemed && plain && url.size() <= kUrlBytesMax && net::parse_http_target(url)) return Done{};
  return Error(errors::kUrlIllegal).with("value", std::string(url));
}

Result<std::string> canonical_of(std::string_view address) {
  if (address.empty()) return std::string();
  if (mime::check_address(address) != mime::AddressFault::none)
    return Error(errors::kAddressIllegal).with("value", std::string(address));
  return mime::canonical_address(address);
}

std::optional<std::int64_t> find(storage::Reader& reader, const accounts::Scope& scope,
                                 std::string_view canonical) {
  const auto row = reader.query(kFind, scope.account_id, scope.region, canonical);
  if (!row->next()) return std::nullopt;
  return row->next_integer();
}

Secret make_secret(Random& random) {
  std::array<std::byte, kSecretBytes> bytes;
  random.fill(bytes);
  return Secret(encode_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

}  // namespace

std::string_view name_of(effects::EventKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return {};
}

std::optional<effects::EventKind> event_kind(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Result<SavedWebhook> save_webhook(storage::Writer& writer, const accounts::SecretBox& box, Random& random,
                                  const Webhook& webhook, bool renew_secret, std::int64_t now_ms) {
  if (Status legal = check_url(webhook.url); !legal) return std::move(legal).error();
  const Result<std::string> canonical = canonical_of(webhook.address);
  if (!canonical) return canonical.error();
  const accounts::Scope& scope = webhook.scope;
  const auto known = find(writer, scope, *canonical);
  SavedWebhook saved;
  std::string sealed;
  if (!known || renew_secret) {
    saved.secret = make_secret(random);
    sealed = box.seal(saved.secret->reveal(), context_of(scope, *canonical));
  }
  const storage::Blob blob(std::as_bytes(std::span(sealed)));
  if (known) {
    saved.id = *known;
    writer.run(kUpdate, saved.id, webhook.url, webhook.events.bits(), webhook.enabled ? 1 : 0);
    if (saved.secret) writer.run(kSetSecret, saved.id, blob);
    return saved;
  }
  const auto counted = writer.query(kCount, scope.account_id, scope.region);
  if (counted->next() && counted->next_integer() >= kWebhooksMax)
    return Error(errors::kTooMany).with("limit", std::to_string(kWebhooksMax));
  saved.id = writer.insert(kInsert, scope.account_id, scope.region, *canonical, webhook.address, webhook.url,
                           webhook.events.bits(), webhook.enabled ? 1 : 0, blob, now_ms);
  return saved;
}

Status delete_webhook(storage::Writer& writer, const accounts::Scope& scope, std::string_view address) {
  const Result<std::string> canonical = canonical_of(address);
  const auto known = canonical ? find(writer, scope, *canonical) : std::nullopt;
  if (!known) return Error(errors::kMissing).with("value", std::string(address));
  writer.run(kLeave, *known);  // Its events, possibly millions, are deleted later.
  writer.run(kDelete, *known);
  return Done{};
}

WebhookPage list_webhooks(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                          std::int64_t limit) {
  WebhookPage page;
  const auto counted = reader.query(kCount, scope.account_id, scope.region);
  if (counted->next()) page.total = counted->next_integer();
  const auto rows = reader.query(kList, scope.account_id, scope.region, limit, offset);
  while (rows->next()) page.webhooks.push_back(read(*rows));
  return page;
}

std::vector<Webhook> enabled_webhooks(storage::Reader& reader) {
  std::vector<Webhook> webhooks;
  const auto rows = reader.query(kEnabled);
  while (rows->next()) webhooks.push_back(read(*rows));
  return webhooks;
}

std::vector<Webhook> webhooks_with_waiting(storage::Reader& reader) {
  std::vector<Webhook> webhooks;
  const auto rows = reader.query(kWaiting);
  while (rows->next()) webhooks.push_back(read(*rows));
  return webhooks;
}

Result<Secret> webhook_secret(storage::Reader& reader, const accounts::SecretBox& box, std::int64_t id) {
  const auto row = reader.query(kSecret, id);
  if (!row->next()) return Error(errors::kMissing).with("value", id_text(id));
  const accounts::Scope scope{row->next_integer(), std::string(row->next_text())};
  const std::string context = context_of(scope, row->next_text());
  const storage::Blob sealed = row->next_blob();
  Result<std::string> opened =
      box.open_sealed({reinterpret_cast<const char*>(sealed.data()), sealed.size()}, context);
  if (!opened) return std::move(opened).error();
  return Secret(std::move(*opened));
}

}  // namespace sesame::webhooks
