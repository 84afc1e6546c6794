#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "campaigns/send_intake.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/rate_limit.hpp"
#include "net/blocking_pool.hpp"
#include "smtp/server_handler.hpp"
#include "storage/database.hpp"
#include "submission/login_throttle.hpp"
#include "submission/logins.hpp"
#include "submission/submitted_mail.hpp"

namespace sesame::submission {

/// The parts that submission uses. They outlive it.
struct SubmissionParts {
  storage::Database& database;
  const campaigns::SendIntake& send_intake;
  net::BlockingPool& pool;  // Parses large mails.
  const Clock& clock;
  Random& random;
  std::function<void()> wake_delivery;  // Called when new mail is on disk. Any thread, quick.
};

struct SubmissionOptions {
  MailLimits mail;
  std::uint32_t mails_per_second = 20;  // Per account; 0: no limit. SES: SMTP documentation.
  std::size_t failed_logins_max = 20;   // Per network and period.
  std::chrono::milliseconds failed_logins_period = std::chrono::minutes(15);
  cloudapi::Language language = cloudapi::Language::en;
};

/// Accepts the mails of programs that speak SMTP: a client that logs in with the password of a sender address
/// may send from that address, to every recipient that SendEmail accepts, and the mail is delivered like one
/// of SendEmail. Several smtp::Servers may share it. Thread: any.
class Submission final : public smtp::ServerHandler {
 public:
  /// Errors: those of Logins::open.
  static Result<std::unique_ptr<Submission>> open(SubmissionParts parts, SubmissionOptions options);

  std::unique_ptr<smtp::SessionHandler> new_session(const std::string& peer_address) override;
  smtp::Answer too_large() const override;
  smtp::Answer line_too_long() const override;

  /// Checks the logins that wait; later ones are put off. The database must still answer. Not from a loop's
  /// thread.
  void stop() { hashing_.stop(); }

 private:
  class Session;
  Submission(SubmissionParts parts, SubmissionOptions options, std::unique_ptr<Logins> logins);

  const SubmissionParts parts_;
  const SubmissionOptions options_;
  const std::unique_ptr<Logins> logins_;
  LoginThrottle throttle_;
  cloudapi::RateLimit rate_;
  net::BlockingPool hashing_;  // Apart from `pool`: guessing passwords must not delay the API's heavy calls.
};

}  // namespace sesame::submission
