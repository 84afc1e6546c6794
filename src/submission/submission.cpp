#include "submission/submission.hpp"

#include <optional>
#include <utility>

#include "base/log.hpp"
#include "base/uuid.hpp"
#include "content/errors.hpp"
#include "jobs/await.hpp"
#include "mime/address.hpp"
#include "net/listener.hpp"
#include "submission/accept_mail.hpp"
#include "submission/errors.hpp"
#include "submission/refusal.hpp"

namespace sesame::submission {

namespace {

constexpr unsigned kHashingThreads = 2;    // Each comparison takes a core and 19 MiB.
constexpr std::size_t kHashingQueue = 64;  // Some seconds of work; further logins are refused for now.
// Smaller mails are parsed on the loop: that costs less than the hop to the pool.
constexpr std::size_t kSmallMailBytes = 32 * 1024;

smtp::Answer login_put_off(std::string_view why) { return {454, "4.7.0", std::string(why)}; }

}  // namespace

/// The login and the mails of one connection.
class Submission::Session final : public smtp::SessionHandler {
 public:
  explicit Session(Submission& submission) : submission_(submission), parts_(submission.parts_) {}

  net::Task<smtp::Answer> on_login(const smtp::Guest& guest, std::string user, Secret password) override {
    const std::string network = net::network_of(guest.address);
    if (!submission_.throttle_.may_try(network, parts_.clock.steady_now()))
      co_return login_put_off("too many failed logins, try again later");
    std::optional<Result<senders::SmtpLogin>> checked;
    std::function<void()> check = [&] {
      checked.emplace(submission_.logins_->check(user, password.reveal(), parts_.clock.steady_now()));
    };
    const Status ran = co_await net::run_on(submission_.hashing_, std::move(check));
    if (!ran) co_return login_put_off("too many logins at this moment, try again later");
    if (checked->ok()) {
      login_ = std::move(*checked).value();
      co_return smtp::Answer{235, "2.0.0", "Authentication succeeded"};
    }
    const Error& error = checked->error();
    log_info("submission.login_failed",
             {{"peer", guest.address}, {"reason", error.reason()}, {"cause", error.cause()}});
    if (!error.is(errors::kLoginWrong)) co_return login_put_off("the login can't be checked at this moment");
    submission_.throttle_.failed(network, parts_.clock.steady_now());
    co_return smtp::Answer{535, "5.7.8", "Authentication credentials invalid"};
  }

  net::Task<smtp::Answer> on_sender(const smtp::Guest&, const smtp::Path& path) override {
    const std::string sender = mime::canonical_address(path.mailbox);
    // No relay: the password of an address allows mail from that address only.
    if (!login_ || sender != mime::canonical_address(login_->address))
      co_return smtp::Answer{550, "5.7.1", "the sender must be the address that logged in"};
    const Status counted =
        submission_.rate_.enter(login_->scope.account_id, "", "smtp", parts_.clock.now_ms());
    if (!counted) co_return refuse(counted.error());
    co_return smtp::Answer{250, "2.1.0", "OK"};
  }

  net::Task<smtp::Answer> on_recipient(const smtp::Guest&, const smtp::Path& path) override {
    const mime::AddressFault fault = mime::check_address(path.mailbox);
    if (fault != mime::AddressFault::none)
      co_return smtp::Answer{553, "5.1.3", std::string(mime::explain(fault))};
    co_return smtp::Answer{250, "2.1.5", "OK"};
  }

  net::Task<smtp::Answer> on_mail(const smtp::Guest&, smtp::IncomingMail mail) override {
    Result<SubmittedMail> read = Error(errors::kTooComplex);
    std::function<void()> take_apart = [&] {
      read = read_submitted_mail(mail.bytes, submission_.options_.mail);
    };
    if (mail.bytes.size() <= kSmallMailBytes) {
      take_apart();
    } else {
      const Status ran = co_await net::run_on(parts_.pool, std::move(take_apart));
      if (!ran) co_return refuse(ran.error());
    }
    if (!read) co_return refuse(read.error());
    std::string().swap(mail.bytes);
    auto order = std::make_shared<MailOrder>();
    order->login = *login_;
    order->mail = std::move(read).value();
    order->recipients = std::move(mail.to);
    order->now_ms = parts_.clock.now_ms();
    const Result<std::string> message_id = co_await store(std::move(order));
    if (!message_id) co_return refuse(message_id.error());
    parts_.wake_delivery();
    co_return smtp::Answer{250, "2.0.0", "OK: queued as " + message_id.value()};
  }

 private:
  net::Task<Result<std::string>> store(std::shared_ptr<const MailOrder> order) {
    jobs::WriteJob<std::string> accept = [&send_intake = parts_.send_intake, order](storage::Writer& writer) {
      return accept_mail(writer, send_intake, *order);
    };
    // The answer follows the commit and its sync: 250 means on disk.
    co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(accept));
  }

  smtp::Answer refuse(const Error& error) {
    return refusal(error, submission_.options_.language, uuid_v4(parts_.random));
  }

  Submission& submission_;
  const SubmissionParts& parts_;
  std::optional<senders::SmtpLogin> login_;
};

Submission::Submission(SubmissionParts parts, SubmissionOptions options, std::unique_ptr<Logins> logins)
    : parts_(std::move(parts)),
      options_(options),
      logins_(std::move(logins)),
      throttle_(options_.failed_logins_max, options_.failed_logins_period),
      rate_(options_.mails_per_second),
      hashing_(kHashingThreads, kHashingQueue) {}

Result<std::unique_ptr<Submission>> Submission::open(SubmissionParts parts, SubmissionOptions options) {
  auto logins = Logins::open(parts.database, parts.random);
  if (!logins) return std::move(logins).error();
  return std::unique_ptr<Submission>(new Submission(std::move(parts), options, std::move(logins).value()));
}

std::unique_ptr<smtp::SessionHandler> Submission::new_session(const std::string&) {
  return std::make_unique<Session>(*this);
}

smtp::Answer Submission::too_large() const {
  const Error error =
      Error(content::errors::kTooLarge).with("limit", std::to_string(options_.mail.mail_bytes));
  return refusal(error, options_.language, uuid_v4(parts_.random));
}

// SES: SMTP documentation, word for word.
smtp::Answer Submission::line_too_long() const {
  return protocol_refusal("smtp: too longer line in input stream");
}

}  // namespace sesame::submission
