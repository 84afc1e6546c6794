#include "console/sign_in.hpp"

#include <utility>

#include "accounts/password_hash.hpp"
#include "base/ascii.hpp"
#include "base/log.hpp"
#include "console/errors.hpp"
#include "console/link_files.hpp"
#include "jobs/await.hpp"
#include "net/listener.hpp"

namespace sesame::console {
namespace {

constexpr unsigned kPasswordThreads = 2;
constexpr std::size_t kPasswordQueue = 32;  // More comparisons than that are refused, and come again.

/// A user whose login is right, if the password is: enabled, in an account that is.
bool may_log_in(const accounts::User& user, const accounts::Keyring& keyring) {
  return user.enabled && keyring.is_enabled(user.account_id);
}

std::string cut_name(std::string_view name) {
  return ascii::lower(name.substr(0, accounts::kUserNameBytesMax));
}

}  // namespace

SignIn::SignIn(const Parts& parts, accounts::SessionLimits limits, std::string link_folder,
               std::string hash_of_nobody)
    : parts_(parts),
      limits_(limits),
      link_folder_(std::move(link_folder)),
      hash_of_nobody_(std::move(hash_of_nobody)),
      passwords_(kPasswordThreads, kPasswordQueue) {}

Result<std::unique_ptr<SignIn>> SignIn::open(const Parts& parts, accounts::SessionLimits limits,
                                             std::string link_folder) {
  Result<std::string> nobody = accounts::hash_password(accounts::make_session_token(parts.random));
  if (!nobody) return std::move(nobody).error();
  return std::unique_ptr<SignIn>(new SignIn(parts, limits, std::move(link_folder), std::move(*nobody)));
}

Result<OpenedSession> SignIn::begin(storage::Writer& writer, const accounts::User& user,
                                    const std::string& token, const LoginOrigin& origin) const {
  const std::int64_t now_ms = parts_.clock.now_ms();
  accounts::delete_expired_sessions(writer, limits_, now_ms);
  const accounts::NewSession made{.digest = accounts::token_digest(token),
                                  .account_id = user.account_id,
                                  .user_id = user.id,
                                  .peer = origin.peer,
                                  .agent = origin.agent};
  accounts::create_session(writer, made, now_ms);
  accounts::note_login(writer, user.id, now_ms);
  auto session = accounts::find_session(writer, made.digest, limits_, now_ms);
  if (!session) return Error(errors::kNoSession);
  return OpenedSession{token, std::move(*session)};
}

net::Task<Result<std::string>> SignIn::hash(std::string password) {
  Result<std::string> hashed = Error(errors::kNoSession);
  std::function<void()> work = [&] { hashed = accounts::hash_password(password); };
  Status ran = co_await net::run_on(passwords_, std::move(work));
  if (!ran) co_return std::move(ran).error();
  co_return hashed;
}

net::Task<Result<std::optional<std::int64_t>>> SignIn::find_stored_link(std::string digest,
                                                                        std::int64_t now_ms) {
  jobs::ReadJob<std::optional<std::int64_t>> find =
      [&](storage::Reader& reader) -> Result<std::optional<std::int64_t>> {
    return accounts::find_link(reader, digest, now_ms);
  };
  co_return co_await jobs::quick_read(parts_.database, std::move(find));
}

Result<OpenedSession> SignIn::make_owner(storage::Writer& writer, const std::string& name,
                                         const std::string& password_hash, const std::string& token,
                                         const LoginOrigin& origin) const {
  const auto account = accounts::first_account(writer);
  if (!account || accounts::has_owner(writer)) return Error(errors::kLinkWrong);
  const accounts::NewUser owner{
      .account_id = *account, .name = name, .role = accounts::Role::owner, .password_hash = password_hash};
  Result<std::int64_t> id = accounts::create_user(writer, owner, parts_.clock.now_ms());
  if (!id) return std::move(id).error();
  return begin(writer, *accounts::user_of(writer, *id), token, origin);
}

net::Task<Result<OpenedSession>> SignIn::set_up(std::string token, std::string name, std::string password,
                                                LoginOrigin origin) {
  const std::string digest = accounts::token_digest(token);
  const std::int64_t now_ms = parts_.clock.now_ms();
  auto stored = co_await find_stored_link(digest, now_ms);
  if (!stored) co_return std::move(stored).error();
  const std::optional<LinkFile> file = find_link_file(link_folder_, digest, now_ms);
  const bool in_file = file && file->user.empty();
  if (*stored != accounts::kSetupLink && !in_file) co_return Error(errors::kLinkWrong);
  // Mistakes that the person can mend must not use the link up.
  if (Status named = accounts::check_user_name(name); !named) co_return std::move(named).error();
  if (Status strong = accounts::check_password(password, name); !strong) co_return std::move(strong).error();
  Result<std::string> hashed = co_await hash(std::move(password));
  if (!hashed) co_return std::move(hashed).error();
  if (in_file && !take_link_file(link_folder_, digest)) co_return Error(errors::kLinkWrong);
  const std::string session_token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, digest, in_file, now_ms, name, origin, session_token,
                                       hash = *hashed](storage::Writer& writer) -> Result<OpenedSession> {
    if (!in_file && accounts::take_link(writer, digest, now_ms) != accounts::kSetupLink)
      return Error(errors::kLinkWrong);
    return make_owner(writer, name, hash, session_token, origin);
  };
  co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
}

net::Task<Status> SignIn::compare(std::string name, std::string network, std::string hash,
                                  std::string password) {
  const std::chrono::seconds wait = throttle_.begin(name, network, parts_.clock.steady_now());
  if (wait.count() > 0) {
    Error throttled(errors::kThrottled);
    co_return std::move(throttled).with("seconds", std::to_string(wait.count()));
  }
  bool right = false;
  std::function<void()> work = [&] { right = accounts::password_matches(hash, password); };
  Status ran = co_await net::run_on(passwords_, std::move(work));
  if (!ran) {
    throttle_.withdraw(name, network);
    co_return ran;
  }
  if (!right || hash == hash_of_nobody_) co_return Error(errors::kLoginWrong);
  throttle_.succeeded(name, network);
  co_return Done{};
}

net::Task<Result<OpenedSession>> SignIn::log_in(std::string name, std::string password, LoginOrigin origin) {
  name = cut_name(name);
  jobs::ReadJob<std::optional<accounts::UserLogin>> find =
      [&](storage::Reader& reader) -> Result<std::optional<accounts::UserLogin>> {
    return accounts::find_login(reader, name);
  };
  auto found = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!found) co_return std::move(found).error();
  const bool known = *found && may_log_in((*found)->user, parts_.keyring) && !(*found)->password_hash.empty();
  const std::string hash = known ? (*found)->password_hash : hash_of_nobody_;
  std::string network = net::network_of(origin.peer);
  Status compared = co_await compare(name, std::move(network), hash, std::move(password));
  if (!compared) {
    if (compared.error().is(errors::kLoginWrong))
      log_info("console.login_refused", {{"user", known ? name : std::string()}, {"peer", origin.peer}});
    co_return std::move(compared).error();
  }
  const std::string token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, name, hash, token,
                                       origin](storage::Writer& writer) -> Result<OpenedSession> {
    // Another login may have changed the password meanwhile.
    const auto login = accounts::find_login(writer, name);
    if (!login || !login->user.enabled || login->password_hash != hash) return Error(errors::kLoginWrong);
    return begin(writer, login->user, token, origin);
  };
  co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
}

net::Task<Result<OpenedSession>> SignIn::log_in_by_link(std::string token, LoginOrigin origin) {
  const std::string digest = accounts::token_digest(token);
  const std::int64_t now_ms = parts_.clock.now_ms();
  const std::optional<LinkFile> file = find_link_file(link_folder_, digest, now_ms);
  const bool taken = file && !file->user.empty() && take_link_file(link_folder_, digest);
  if (!taken) {
    // Tokens that nobody made must not cost a write.
    auto stored = co_await find_stored_link(digest, now_ms);
    if (!stored) co_return std::move(stored).error();
    if (!*stored) co_return Error(errors::kLinkWrong);
  }
  const std::string session_token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, digest, now_ms, session_token, origin, file,
                                       taken](storage::Writer& writer) -> Result<OpenedSession> {
    std::optional<accounts::User> user;
    if (taken) {
      user = accounts::find_user(writer, file->user);
    } else if (const auto id = accounts::take_link(writer, digest, now_ms);
               id && *id != accounts::kSetupLink) {
      user = accounts::user_of(writer, *id);
    }
    if (!user || !may_log_in(*user, parts_.keyring)) return Error(errors::kLinkWrong);
    return begin(writer, *user, session_token, origin);
  };
  co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
}

net::Task<Status> SignIn::prove(accounts::ConsoleSession session, std::string password, LoginOrigin origin) {
  jobs::ReadJob<std::optional<accounts::UserLogin>> find =
      [&](storage::Reader& reader) -> Result<std::optional<accounts::UserLogin>> {
    return accounts::find_login(reader, session.user.name);
  };
  auto found = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!found) co_return std::move(found).error();
  const bool known = *found && !(*found)->password_hash.empty();
  const std::string hash = known ? (*found)->password_hash : hash_of_nobody_;
  std::string name = cut_name(session.user.name);
  std::string network = net::network_of(origin.peer);
  Status compared = co_await compare(std::move(name), std::move(network), hash, std::move(password));
  if (!compared) co_return compared;
  const std::int64_t now_ms = parts_.clock.now_ms();
  jobs::WriteJob<Done> job = [digest = session.digest, now_ms](storage::Writer& writer) -> Result<Done> {
    accounts::prove_session(writer, digest, now_ms);
    return Done{};
  };
  Result<Done> proven = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  if (!proven) co_return std::move(proven).error();
  co_return Done{};
}

}  // namespace sesame::console
