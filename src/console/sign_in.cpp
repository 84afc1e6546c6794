#include "console/sign_in.hpp"

#include <utility>

#include "accounts/password_hash.hpp"
#include "accounts/second_factor.hpp"
#include "base/ascii.hpp"
#include "base/log.hpp"
#include "console/answers.hpp"
#include "console/console_entry.hpp"
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
                                    const std::string& token, const LoginOrigin& origin,
                                    accounts::AuditEntry entry) const {
  const std::int64_t now_ms = parts_.clock.now_ms();
  parts_.audit.log().append(writer, std::move(entry));
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

void SignIn::count_refused(const accounts::User* user, const LoginOrigin& origin, std::string action,
                           const Error& error) const {
  if (error.is(errors::kCodeNeeded)) return;  // Half of a login that goes on.
  accounts::AuditEntry entry = console_entry(user, origin.peer, std::move(action), parts_.clock.now_ms());
  entry.code = code_of(error);
  if (error.is(errors::kCodesThrottled))
    log_warning("console.codes_held", {{"user", entry.actor}, {"peer", origin.peer}});
  else if (!error.is(errors::kThrottled))
    log_info("console.login_refused",
             {{"user", entry.actor}, {"peer", origin.peer}, {"reason", error.reason()}});
  parts_.audit.count(std::move(entry));
}

net::Task<Result<std::string>> SignIn::hash(std::string password) {
  Result<std::string> hashed = Error(errors::kNoSession);
  std::function<void()> work = [&] { hashed = accounts::hash_password(password); };
  Status ran = co_await net::run_on(passwords_, std::move(work));
  if (!ran) co_return std::move(ran).error();
  co_return hashed;
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
  const accounts::User made = *accounts::user_of(writer, *id);
  return begin(writer, made, token, origin,
               console_entry(&made, origin.peer, "SetUp", parts_.clock.now_ms()));
}

net::Task<Result<OpenedSession>> SignIn::set_up(std::string token, std::string name, std::string password,
                                                LoginOrigin origin) {
  const std::string digest = accounts::token_digest(token);
  auto link = co_await find_link(digest);
  if (!link) co_return std::move(link).error();
  if (!link->makes_owner) co_return Error(errors::kLinkWrong);
  // Mistakes that the person can mend must not use the link up.
  if (Status named = accounts::check_user_name(name); !named) co_return std::move(named).error();
  if (Status strong = accounts::check_password(password, name); !strong) co_return std::move(strong).error();
  Result<std::string> hashed = co_await hash(std::move(password));
  if (!hashed) co_return std::move(hashed).error();
  const std::string session_token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, digest, name, origin, session_token, link = *link,
                                       hash = *hashed](storage::Writer& writer) -> Result<OpenedSession> {
    if (Status used = use_link(writer, link, digest); !used) return std::move(used).error();
    return make_owner(writer, name, hash, session_token, origin);
  };
  auto opened = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  if (opened) co_await delete_used_file(digest, *link);
  co_return opened;
}

Status SignIn::begin_attempt(const Attempt& attempt) {
  const std::chrono::seconds wait = throttle_.begin(attempt.name, attempt.network, parts_.clock.steady_now());
  if (wait.count() == 0) return Done{};
  return Error(errors::kThrottled).with("seconds", std::to_string(wait.count()));
}

void SignIn::settle(const Attempt& attempt, const Error* error) {
  if (error == nullptr) return throttle_.succeeded(attempt.name, attempt.network, parts_.clock.steady_now());
  // A question for the code and trouble with the database are not counted.
  const bool guess =
      error->is(errors::kLoginWrong) || error->is(errors::kCodeWrong) || error->is(errors::kCodesThrottled);
  if (!guess) throttle_.withdraw(attempt.name, attempt.network);
}

net::Task<Status> SignIn::compare(Attempt attempt, std::string hash, std::string password) {
  if (Status begun = begin_attempt(attempt); !begun) co_return begun;
  bool right = false;
  std::function<void()> work = [&] { right = accounts::password_matches(hash, password); };
  Status ran = co_await net::run_on(passwords_, std::move(work));
  if (!ran) {
    settle(attempt, &ran.error());
    co_return ran;
  }
  if (!right || hash == hash_of_nobody_) co_return Error(errors::kLoginWrong);
  co_return Done{};
}

Status SignIn::take_code(storage::Writer& writer, const accounts::User& user, const std::string& code) const {
  if (!user.has_second_factor) return Done{};
  if (code.empty()) return Error(errors::kCodeNeeded);
  if (accounts::use_code(writer, parts_.secrets, user.id, code, parts_.clock.now_ms())) return Done{};
  return Error(errors::kCodeWrong);
}

Status SignIn::begin_code(const accounts::User* user, const std::string& code) {
  if (user == nullptr || !user->has_second_factor || !accounts::is_app_code(code)) return Done{};
  const std::chrono::seconds wait = codes_.begin(user->id, parts_.clock.steady_now());
  if (wait.count() == 0) return Done{};
  return Error(errors::kCodesThrottled).with("seconds", std::to_string(wait.count()));
}

void SignIn::settle_code(const accounts::User* user, const std::string& code, const Error* error) {
  if (user == nullptr || !user->has_second_factor || !accounts::is_app_code(code)) return;
  if (error == nullptr || !error->is(errors::kCodeWrong)) codes_.withdraw(user->id);
}

net::Task<Result<OpenedSession>> SignIn::log_in(std::string name, Credentials given, LoginOrigin origin) {
  name = cut_name(name);
  jobs::ReadJob<std::optional<accounts::UserLogin>> find =
      [&](storage::Reader& reader) -> Result<std::optional<accounts::UserLogin>> {
    return accounts::find_login(reader, name);
  };
  auto found = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!found) co_return std::move(found).error();
  const bool known = *found && may_log_in((*found)->user, parts_.keyring) && !(*found)->password_hash.empty();
  const accounts::User* const user = known ? &(*found)->user : nullptr;
  const std::string hash = known ? (*found)->password_hash : hash_of_nobody_;
  const Attempt attempt{name, net::network_of(origin.peer)};
  Status compared = co_await compare(attempt, hash, std::move(given.password));
  if (!compared) {
    count_refused(user, origin, "Login", compared.error());
    co_return std::move(compared).error();
  }
  if (Status begun = begin_code(user, given.code); !begun) {
    settle(attempt, &begun.error());
    count_refused(user, origin, "Login", begun.error());
    co_return std::move(begun).error();
  }
  const std::string token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, name, hash, token, origin,
                                       code = given.code](storage::Writer& writer) -> Result<OpenedSession> {
    // Another login may have changed the password meanwhile.
    const auto login = accounts::find_login(writer, name);
    if (!login || !login->user.enabled || login->password_hash != hash) return Error(errors::kLoginWrong);
    if (Status taken = take_code(writer, login->user, code); !taken) return std::move(taken).error();
    accounts::AuditEntry entry = console_entry(&login->user, origin.peer, "Login", parts_.clock.now_ms());
    entry.target = login->user.has_second_factor ? "Method=password and code" : "Method=password";
    return begin(writer, login->user, token, origin, std::move(entry));
  };
  auto opened = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  settle(attempt, opened ? nullptr : &opened.error());
  settle_code(user, given.code, opened ? nullptr : &opened.error());
  if (!opened) count_refused(user, origin, "Login", opened.error());
  co_return opened;
}

net::Task<Result<SignIn::LinkState>> SignIn::find_link(std::string digest) {
  const std::int64_t now_ms = parts_.clock.now_ms();
  LinkState link;
  bool stored = false;
  jobs::ReadJob<Done> find = [&](storage::Reader& reader) -> Result<Done> {
    const std::optional<std::int64_t> id = accounts::find_link(reader, digest, now_ms);
    stored = id.has_value();
    if (stored && *id != accounts::kSetupLink) link.user = accounts::user_of(reader, *id);
    link.makes_owner = stored && *id == accounts::kSetupLink;
    return Done{};
  };
  auto read = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!read) co_return std::move(read).error();
  if (stored) co_return link;
  std::optional<LinkFile> file;
  std::function<void()> look = [&] { file = find_link_file(link_folder_, digest, now_ms); };
  Status looked = co_await net::run_on(passwords_, std::move(look));
  if (!looked) co_return std::move(looked).error();
  if (!file) co_return Error(errors::kLinkWrong);
  link.file_expires_ms = file->expires_ms;
  link.makes_owner = file->user.empty();
  if (link.makes_owner) co_return link;
  jobs::ReadJob<Done> find_user = [&](storage::Reader& reader) -> Result<Done> {
    link.user = accounts::find_user(reader, file->user);
    return Done{};
  };
  read = co_await jobs::quick_read(parts_.database, std::move(find_user));
  if (!read) co_return std::move(read).error();
  co_return link;
}

Status SignIn::use_link(storage::Writer& writer, const LinkState& link, const std::string& digest) const {
  const bool used = link.file_expires_ms
                        ? accounts::spend_link(writer, digest, *link.file_expires_ms)
                        : accounts::take_link(writer, digest, parts_.clock.now_ms()).has_value();
  return used ? Status(Done{}) : Status(Error(errors::kLinkWrong));
}

net::Task<Done> SignIn::delete_used_file(std::string digest, LinkState link) {
  if (!link.file_expires_ms) co_return Done{};
  // The table knows that it was used, so nothing depends on the file.
  std::function<void()> remove = [&] { delete_link_file(link_folder_, digest); };
  Status removed = co_await net::run_on(passwords_, std::move(remove));
  if (!removed) log_warning("console.link_file_left", {{"reason", removed.error().reason()}});
  co_return Done{};
}

net::Task<Result<OpenedSession>> SignIn::log_in_by_link(std::string token, std::string code,
                                                        LoginOrigin origin) {
  const std::string digest = accounts::token_digest(token);
  auto link = co_await find_link(digest);
  if (!link) co_return std::move(link).error();
  if (!link->user || !may_log_in(*link->user, parts_.keyring)) co_return Error(errors::kLinkWrong);
  const accounts::User user = *link->user;
  const Attempt attempt{ascii::lower(user.name), net::network_of(origin.peer)};
  // Guesses of codes are held behind a link, too.
  if (Status begun = begin_attempt(attempt); !begun) co_return std::move(begun).error();
  if (Status begun = begin_code(&user, code); !begun) {
    settle(attempt, &begun.error());
    count_refused(&user, origin, "Login", begun.error());
    co_return std::move(begun).error();
  }
  const std::string session_token = accounts::make_session_token(parts_.random);
  jobs::WriteJob<OpenedSession> job = [this, digest, session_token, origin, code, link = *link,
                                       user_id = user.id](storage::Writer& writer) -> Result<OpenedSession> {
    if (Status used = use_link(writer, link, digest); !used) return std::move(used).error();
    const std::optional<accounts::User> person = accounts::user_of(writer, user_id);
    if (!person || !person->enabled) return Error(errors::kLinkWrong);
    if (Status taken = take_code(writer, *person, code); !taken) return std::move(taken).error();
    accounts::AuditEntry entry = console_entry(&*person, origin.peer, "Login", parts_.clock.now_ms());
    entry.target = link.file_expires_ms ? "Method=link of the operator" : "Method=link";
    if (person->has_second_factor) entry.target += " and code";
    return begin(writer, *person, session_token, origin, std::move(entry));
  };
  auto opened = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  settle(attempt, opened ? nullptr : &opened.error());
  settle_code(&user, code, opened ? nullptr : &opened.error());
  if (!opened) count_refused(&user, origin, "Login", opened.error());
  if (opened) co_await delete_used_file(digest, *link);
  co_return opened;
}

net::Task<Status> SignIn::prove(accounts::ConsoleSession session, Credentials given, LoginOrigin origin) {
  jobs::ReadJob<std::optional<accounts::UserLogin>> find =
      [&](storage::Reader& reader) -> Result<std::optional<accounts::UserLogin>> {
    return accounts::find_login(reader, session.user.name);
  };
  auto found = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!found) co_return std::move(found).error();
  const bool known = *found && !(*found)->password_hash.empty();
  const std::string hash = known ? (*found)->password_hash : hash_of_nobody_;
  const Attempt attempt{cut_name(session.user.name), net::network_of(origin.peer)};
  const bool by_code = given.password.empty() && !given.code.empty();
  Status compared = Done{};
  if (by_code) {
    compared = begin_attempt(attempt);
    if (compared) {
      compared = begin_code(&session.user, given.code);
      if (!compared) settle(attempt, &compared.error());
    }
  } else {
    compared = co_await compare(attempt, hash, std::move(given.password));
  }
  if (!compared) {
    count_refused(&session.user, origin, "StepUp", compared.error());
    co_return compared;
  }
  const std::int64_t now_ms = parts_.clock.now_ms();
  accounts::AuditEntry entry = console_entry(&session.user, origin.peer, "StepUp", now_ms);
  entry.target = by_code ? "Method=code" : "Method=password";
  jobs::WriteJob<Done> job = [this, digest = session.digest, user_id = session.user.id, now_ms, by_code,
                              code = given.code, entry](storage::Writer& writer) -> Result<Done> {
    if (by_code && !accounts::use_code(writer, parts_.secrets, user_id, code, now_ms))
      return Error(errors::kCodeWrong);
    accounts::prove_session(writer, digest, now_ms);
    parts_.audit.log().append(writer, entry);
    return Done{};
  };
  Result<Done> proven = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  settle(attempt, proven ? nullptr : &proven.error());
  if (by_code) settle_code(&session.user, given.code, proven ? nullptr : &proven.error());
  if (proven) co_return Done{};
  count_refused(&session.user, origin, "StepUp", proven.error());
  co_return std::move(proven).error();
}

}  // namespace sesame::console
