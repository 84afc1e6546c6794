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
                    sql_join<kColumns, "WHERE account_id = ?1 AND region = ?2 AND canonical = ?3">};
constexpr Sql kCount{"webhooks.count_webhooks",
                     "SELECT count(*) FROM webhook WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kInsert{
    "webhooks.insert_webhook",
    "INSERT INTO webhook (account_id, region, canonical, address, url, events, enabled, sealed_secret, "
    "created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kUpdate{"webhooks.update_webhook",
                      "UPDATE webhook SET url = ?2, events = ?3, enabled = ?4 WHERE id = ?1"};
constexpr Sql kSetSecret{
    "webhooks.set_webhook_secret",
    "UPDATE webhook SET former_sealed_secret = sealed_secret, former_until_ms = ?3, sealed_secret = ?2 "
    "WHERE id = ?1"};
constexpr Sql kDelete{"webhooks.delete_webhook", "DELETE FROM webhook WHERE id = ?1"};
constexpr Sql kLeave{"webhooks.leave_webhook_events",
                     "INSERT INTO webhook_leftover (webhook_id) VALUES (?1)"};
constexpr Sql kList{"webhooks.list_webhooks",
                    sql_join<kColumns,
                             "WHERE account_id = ?1 AND region = ?2 ORDER BY CASE WHEN canonical = '' THEN 0 "
                             "ELSE 1 END, id LIMIT ?3 OFFSET ?4">};
constexpr Sql kAll{"webhooks.all_webhooks", sql_join<kColumns>};
constexpr Sql kWaiting{"webhooks.webhooks_with_waiting", sql_join<kColumns, "WHERE waiting > 0">};
constexpr Sql kSecrets{
    "webhooks.webhook_secrets",
    "SELECT account_id, region, canonical, sealed_secret, former_until_ms, former_sealed_secret FROM webhook "
    "WHERE id = ?1"};

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

std::optional<Webhook> find(storage::Reader& reader, const accounts::Scope& scope,
                            std::string_view canonical) {
  const auto row = reader.query(kFind, scope.account_id, scope.region, canonical);
  if (!row->next()) return std::nullopt;
  return read(*row);
}

Result<Secret> open_secret(const accounts::SecretBox& box, const storage::Blob& sealed,
                           const std::string& context) {
  Result<std::string> opened =
      box.open_sealed({reinterpret_cast<const char*>(sealed.data()), sealed.size()}, context);
  if (!opened) return std::move(opened).error();
  return Secret(std::move(*opened));
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
                                  const WebhookChange& change, std::int64_t now_ms) {
  if (change.url) {
    if (Status legal = check_url(*change.url); !legal) return std::move(legal).error();
  }
  const Result<std::string> canonical = canonical_of(change.address);
  if (!canonical) return canonical.error();
  const accounts::Scope& scope = change.scope;
  const std::optional<Webhook> known = find(writer, scope, *canonical);
  if (!known && !change.url) return Error(errors::kUrlMissing).with("name", "Url");
  Webhook webhook = known.value_or(Webhook());
  if (change.url) webhook.url = *change.url;
  if (change.events) webhook.events = *change.events;
  if (change.enabled) webhook.enabled = *change.enabled;
  SavedWebhook saved;
  std::string sealed;
  if (!known || change.renew_secret) {
    saved.secret = make_secret(random);
    sealed = box.seal(saved.secret->reveal(), context_of(scope, *canonical));
  }
  const storage::Blob blob(std::as_bytes(std::span(sealed)));
  if (known) {
    saved.id = known->id;
    writer.run(kUpdate, saved.id, webhook.url, webhook.events.bits(), webhook.enabled ? 1 : 0);
    if (saved.secret) writer.run(kSetSecret, saved.id, blob, now_ms + kFormerSecretMs);
    return saved;
  }
  const auto counted = writer.query(kCount, scope.account_id, scope.region);
  if (counted->next() && counted->next_integer() >= kWebhooksMax)
    return Error(errors::kTooMany).with("limit", std::to_string(kWebhooksMax));
  saved.id = writer.insert(kInsert, scope.account_id, scope.region, *canonical, change.address, webhook.url,
                           webhook.events.bits(), webhook.enabled ? 1 : 0, blob, now_ms);
  return saved;
}

Status delete_webhook(storage::Writer& writer, const accounts::Scope& scope, std::string_view address) {
  const Result<std::string> canonical = canonical_of(address);
  const auto known = canonical ? find(writer, scope, *canonical) : std::nullopt;
  if (!known) return Error(errors::kMissing).with("value", std::string(address));
  writer.run(kLeave, known->id);  // Its events, possibly millions, are deleted later.
  writer.run(kDelete, known->id);
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

std::vector<Webhook> all_webhooks(storage::Reader& reader) {
  std::vector<Webhook> webhooks;
  const auto rows = reader.query(kAll);
  while (rows->next()) webhooks.push_back(read(*rows));
  return webhooks;
}

std::vector<Webhook> webhooks_with_waiting(storage::Reader& reader) {
  std::vector<Webhook> webhooks;
  const auto rows = reader.query(kWaiting);
  while (rows->next()) webhooks.push_back(read(*rows));
  return webhooks;
}

const Secret* WebhookSecrets::former_at(std::int64_t now_ms) const {
  // A time that is further ahead than any renewal sets it comes from a clock that was wrong.
  const std::int64_t left_ms = former_until_ms - now_ms;
  return former && left_ms > 0 && left_ms <= kFormerSecretMs ? &*former : nullptr;
}

Result<WebhookSecrets> webhook_secrets(storage::Reader& reader, const accounts::SecretBox& box,
                                       std::int64_t id) {
  const auto row = reader.query(kSecrets, id);
  if (!row->next()) return Error(errors::kMissing).with("value", id_text(id));
  const accounts::Scope scope{row->next_integer(), std::string(row->next_text())};
  const std::string context = context_of(scope, row->next_text());
  const storage::Blob sealed = row->next_blob();
  WebhookSecrets secrets;
  secrets.former_until_ms = row->next_integer();
  const storage::Blob former_sealed = row->next_blob();
  Result<Secret> current = open_secret(box, sealed, context);
  if (!current) return std::move(current).error();
  secrets.current = std::move(*current);
  // 0: the secret was never renewed.
  if (secrets.former_until_ms == 0) return secrets;
  Result<Secret> former = open_secret(box, former_sealed, context);
  if (!former) return std::move(former).error();
  secrets.former = std::move(*former);
  return secrets;
}

}  // namespace sesame::webhooks
