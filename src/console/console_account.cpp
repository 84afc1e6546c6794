#include <boost/json/array.hpp>
#include <utility>

#include "accounts/second_factor.hpp"
#include "accounts/totp.hpp"
#include "base/hex.hpp"
#include "console/answers.hpp"
#include "console/browser_request.hpp"
#include "console/console.hpp"
#include "console/console_entry.hpp"
#include "console/errors.hpp"
#include "console/request_body.hpp"
#include "jobs/await.hpp"

/// Settings of people about their own logins.
namespace sesame::console {

namespace json = boost::json;

namespace {

constexpr std::int64_t kTicketMs = 15LL * 60 * 1000;
constexpr std::size_t kTicketBytesMax = 512;

std::string context_of(const accounts::ConsoleSession& session) {
  return "second factor to be confirmed:" + encode_hex(session.digest);
}

/// The secret of a set-up that waits for its first code: the browser keeps it, sealed.
std::string make_ticket(const accounts::SecretBox& secrets, const accounts::ConsoleSession& session,
                        std::string_view secret, std::int64_t expires_ms) {
  const std::string text = std::string(secret) + std::to_string(expires_ms);
  return encode_hex(secrets.seal(text, context_of(session)));
}

std::optional<std::string> open_ticket(const accounts::SecretBox& secrets,
                                       const accounts::ConsoleSession& session, std::string_view ticket,
                                       std::int64_t now_ms) {
  if (ticket.size() > kTicketBytesMax) return std::nullopt;
  const auto sealed = decode_hex(ticket);
  if (!sealed) return std::nullopt;
  Result<std::string> text = secrets.open_sealed(*sealed, context_of(session));
  if (!text || text->size() <= accounts::kTotpSecretBytes) return std::nullopt;
  const std::int64_t expires_ms = std::stoll(text->substr(accounts::kTotpSecretBytes));
  if (expires_ms <= now_ms) return std::nullopt;
  return text->substr(0, accounts::kTotpSecretBytes);
}

bool flag_of(const json::object& body, std::string_view name) {
  const json::value* const value = body.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// The name of a session in its user's list; it opens nothing.
std::string id_of(std::string_view digest) {
  constexpr std::size_t kLetters = 16;
  return encode_hex(accounts::token_digest(digest)).substr(0, kLetters);
}

net::HttpResponse done_answer() {
  net::HttpResponse response;
  response.status = 204;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Error bad(std::string rule) { return Error(errors::kBadRequest).with("rule", std::move(rule)); }

}  // namespace

net::Task<net::HttpResponse> Console::set_second_factor(net::HttpRequest request) {
  if (Status scheme = check_scheme(request); !scheme) co_return refusal(scheme.error());
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  if (!recently_proven(*session)) co_return refusal(Error(errors::kProofNeeded));
  if (flag_of(*body, "begin")) co_return begin_second_factor(request, *session);
  std::string peer = request.peer_address;
  if (flag_of(*body, "off")) {
    Status removed = co_await remove_second_factor(*session, std::move(peer));
    co_return removed ? done_answer() : refusal(removed.error());
  }
  std::string ticket = text_of(*body, "ticket");
  std::string code = text_of(*body, "code");
  auto codes = co_await confirm_second_factor(*session, std::move(ticket), std::move(code), std::move(peer));
  if (!codes) co_return refusal(codes.error());
  json::array shown;
  for (const std::string& one : *codes) shown.emplace_back(one);
  json::object answer;
  answer["recovery_codes"] = std::move(shown);
  co_return json_answer(200, answer);
}

net::HttpResponse Console::begin_second_factor(const net::HttpRequest& request,
                                               const accounts::ConsoleSession& session) const {
  std::array<std::byte, accounts::kTotpSecretBytes> drawn{};
  parts_.random.fill(drawn);
  const std::string_view secret(reinterpret_cast<const char*>(drawn.data()), drawn.size());
  const std::string issuer = "Sesame " + host_of(request.header("host"));
  json::object answer;
  answer["secret"] = accounts::encode_base32(secret);
  answer["uri"] = accounts::totp_uri(secret, issuer, session.user.name);
  answer["ticket"] = make_ticket(parts_.secrets, session, secret, parts_.clock.now_ms() + kTicketMs);
  return json_answer(200, answer);
}

net::Task<Result<std::vector<std::string>>> Console::confirm_second_factor(accounts::ConsoleSession session,
                                                                           std::string ticket,
                                                                           std::string code,
                                                                           std::string peer) {
  const std::int64_t now_ms = parts_.clock.now_ms();
  const std::optional<std::string> secret = open_ticket(parts_.secrets, session, ticket, now_ms);
  if (!secret) co_return bad("the set-up of the second factor is too old, begin again");
  const auto step = accounts::find_totp_step(*secret, accounts::tidy_code(code), now_ms, 0);
  if (!step) co_return Error(errors::kCodeWrong);
  accounts::NewSecondFactor made;
  made.sealed = accounts::seal_factor(parts_.secrets, session.user.id, *secret);
  made.step = *step;
  made.codes = accounts::make_recovery_codes(parts_.random);
  std::vector<std::string> codes = made.codes;
  const accounts::AuditEntry entry = console_entry(&session.user, std::move(peer), "SetSecondFactor", now_ms);
  jobs::WriteJob<Done> job = [made = std::move(made), user_id = session.user.id, digest = session.digest,
                              now_ms, entry,
                              &log = parts_.audit.log()](storage::Writer& writer) -> Result<Done> {
    if (!accounts::user_of(writer, user_id)) return Error(errors::kNoSession);
    accounts::set_second_factor(writer, user_id, made, digest, now_ms);
    log.append(writer, entry);
    return Done{};
  };
  Result<Done> set = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  if (!set) co_return std::move(set).error();
  co_return codes;
}

net::Task<Status> Console::remove_second_factor(accounts::ConsoleSession session, std::string peer) {
  const accounts::AuditEntry entry =
      console_entry(&session.user, std::move(peer), "RemoveSecondFactor", parts_.clock.now_ms());
  jobs::WriteJob<Done> job = [user_id = session.user.id, digest = session.digest, entry,
                              &log = parts_.audit.log()](storage::Writer& writer) -> Result<Done> {
    if (accounts::remove_second_factor(writer, user_id, digest)) log.append(writer, entry);
    return Done{};
  };
  Result<Done> removed =
      co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  if (!removed) co_return std::move(removed).error();
  co_return Done{};
}

net::Task<net::HttpResponse> Console::show_sessions(net::HttpRequest request) {
  std::string token(session_token(request));
  auto session = co_await find_session(std::move(token));
  if (!session) co_return refusal(session.error());
  const std::int64_t now_ms = parts_.clock.now_ms();
  jobs::ReadJob<std::vector<accounts::OwnSession>> list =
      [&](storage::Reader& reader) -> Result<std::vector<accounts::OwnSession>> {
    return accounts::list_sessions(reader, session->user.id, parts_.sign_in.limits(), now_ms);
  };
  auto own = co_await jobs::quick_read(parts_.database, std::move(list));
  if (!own) co_return refusal(own.error());
  json::array shown;
  for (const accounts::OwnSession& one : *own)
    shown.push_back(json::object{{"id", id_of(one.digest)},
                                 {"created", one.created_ms / 1000},
                                 {"used", one.seen_ms / 1000},
                                 {"peer", one.peer},
                                 {"agent", one.agent},
                                 {"current", one.digest == session->digest}});
  json::object answer;
  answer["sessions"] = std::move(shown);
  co_return json_answer(200, answer);
}

net::Task<net::HttpResponse> Console::end_sessions(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  const bool others = flag_of(*body, "end_others");
  const std::string id = text_of(*body, "end");
  if (!others && id.empty()) co_return refusal(bad("it names no session"));
  const std::int64_t now_ms = parts_.clock.now_ms();
  accounts::AuditEntry entry = console_entry(&session->user, request.peer_address, "EndSession", now_ms);
  entry.target = others ? "all others" : "Session=" + id;
  jobs::WriteJob<Done> job = [this, others, id, now_ms, user_id = session->user.id, digest = session->digest,
                              entry = std::move(entry)](storage::Writer& writer) -> Result<Done> {
    bool ended = false;
    for (const accounts::OwnSession& one :
         accounts::list_sessions(writer, user_id, parts_.sign_in.limits(), now_ms)) {
      if (others ? one.digest == digest : id_of(one.digest) != id) continue;
      accounts::end_session(writer, one.digest);
      ended = true;
    }
    if (ended) parts_.audit.log().append(writer, entry);
    return Done{};
  };
  Result<Done> ended = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  co_return ended ? done_answer() : refusal(ended.error());
}

}  // namespace sesame::console
