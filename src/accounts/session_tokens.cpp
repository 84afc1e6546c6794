#include "accounts/session_tokens.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "accounts/errors.hpp"
#include "base/ascii.hpp"
#include "base/base64.hpp"

namespace sesame::accounts {
namespace {

constexpr std::string_view kIdStart = "AKIDtemp";
constexpr std::size_t kIdLetters = 32;
constexpr std::size_t kKeyLetters = 32;
constexpr std::size_t kTokenBytesMax = 8 * 1024;  // Half of what a request's headers may be.

std::string context_of(std::string_view secret_id) { return "session:" + std::string(secret_id); }

// RFC 4648 §5 without padding: '+', '/' and '=' would be mangled by clients that do not encode a form.
std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

Result<std::string> decode_url_safe(std::string_view token) {
  std::string text(token);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return decode_base64(text);
}

// The sealed text: four lines, none of which can hold a line end.
struct Session {
  std::int64_t expires_s = 0;
  std::string parent_id;
  Permissions permissions;
  Secret secret_key;
};

std::string encode(const Session& session) {
  std::string text = std::to_string(session.expires_s);
  text.append("\n").append(session.parent_id).append("\n").append(session.permissions.text());
  return text.append("\n").append(session.secret_key.reveal());
}

std::optional<Session> decode(std::string_view text) {
  const std::vector<std::string_view> lines = ascii::split(text, '\n');
  if (lines.size() != 4) return std::nullopt;
  Session session;
  const auto [end, ec] =
      std::from_chars(lines[0].data(), lines[0].data() + lines[0].size(), session.expires_s);
  if (ec != std::errc() || end != lines[0].data() + lines[0].size()) return std::nullopt;
  session.parent_id = lines[1];
  auto permissions = Permissions::parse(lines[2]);
  if (!permissions) return std::nullopt;
  session.permissions = std::move(permissions).value();
  session.secret_key = Secret(std::string(lines[3]));
  return session;
}

}  // namespace

SessionTokens::Issued SessionTokens::issue(const Credential& parent, const Permissions& permissions,
                                           std::int64_t expires_s, Random& random) const {
  Issued issued;
  issued.pair.secret_id = std::string(kIdStart) + random_alphanumeric(random, kIdLetters);
  Session session{.expires_s = expires_s,
                  .parent_id = parent.secret_id,
                  .permissions = permissions,
                  .secret_key = Secret(random_alphanumeric(random, kKeyLetters))};
  const Secret text(encode(session));
  issued.token = url_safe(encode_base64(box_.seal(text.reveal(), context_of(issued.pair.secret_id))));
  issued.pair.secret_key = std::move(session.secret_key);
  return issued;
}

Result<std::shared_ptr<const Credential>> SessionTokens::open(std::string_view secret_id,
                                                              std::string_view token,
                                                              std::int64_t now_s) const {
  const auto wrong = [](std::string why) { return Error(errors::kTokenWrong).because(std::move(why)); };
  if (token.size() > kTokenBytesMax) return wrong("too long");
  const Result<std::string> sealed = decode_url_safe(token);
  if (!sealed) return wrong("not base64");
  Result<std::string> opened = box_.open_sealed(*sealed, context_of(secret_id));
  if (!opened) return wrong("not ours, or another id's");
  const Secret text(std::move(opened).value());
  std::optional<Session> session = decode(text.reveal());
  if (!session) return wrong("not four lines");
  if (now_s >= session->expires_s) {
    return Error(errors::kTokenExpired).with("value", std::to_string(session->expires_s));
  }
  auto parent = keyring_.find(session->parent_id);
  if (parent == nullptr || !parent->enabled) return wrong("who asked for it is revoked");
  auto credential = std::make_shared<Credential>();
  credential->secret_id = secret_id;
  credential->secret_key = std::move(session->secret_key);
  credential->account_id = parent->account_id;
  credential->app_id = parent->app_id;
  credential->permissions = std::move(session->permissions);
  credential->parent = std::move(parent);
  return std::shared_ptr<const Credential>(std::move(credential));
}

bool SessionTokens::is_temporary_id(std::string_view secret_id) {
  return secret_id.starts_with(kIdStart) && secret_id.size() == kIdStart.size() + kIdLetters;
}

}  // namespace sesame::accounts
