#include "returns/return_handler.hpp"

#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "jobs/await.hpp"
#include "net/deadline.hpp"
#include "returns/errors.hpp"

namespace sesame::returns {

namespace {

using smtp::Answer;

// A report may arrive before the recorder has written its mail's outcome.
constexpr std::chrono::milliseconds kPatience{10'000};
constexpr std::chrono::milliseconds kPause{100};

Answer not_now(std::string text) { return {451, "4.3.0", std::move(text)}; }

}  // namespace

/// The handler of one connection.
class ReturnHandler::Session final : public smtp::SessionHandler {
 public:
  explicit Session(const ReturnHandler& handler) : handler_(handler), parts_(handler.parts_) {}

  net::Task<Answer> on_sender(const smtp::Guest&, const smtp::Path&) override {
    Answer welcome;
    co_return welcome;
  }

  net::Task<Answer> on_recipient(const smtp::Guest&, const smtp::Path& path) override {
    Answer answer;
    if (!parts_.addresses.is_here(path.mailbox)) {
      answer = {550, "5.7.1", "mail for this domain is not taken here"};
    } else if (!parts_.addresses.find(path.mailbox)) {
      answer = {550, "5.1.1", "no such mailbox"};
    }
    co_return answer;
  }

  net::Task<Answer> on_mail(const smtp::Guest& guest, smtp::IncomingMail mail) override {
    auto judged = std::make_shared<IncomingReport>();
    {
      ArrivedMail arrived{std::move(mail.from), std::move(mail.to), guest.address, std::move(mail.bytes)};
      std::function<void()> read = [&] { *judged = parts_.intake.judge(arrived); };
      Status ran = co_await net::run_on(parts_.pool, std::move(read));
      if (!ran) {
        Answer busy = not_now("too busy, try again later");
        co_return busy;
      }
    }
    Status recorded = co_await record(judged);
    if (!recorded && recorded.error().is(errors::kMailUnderWay)) {
      co_await wait_for_outcome(judged);
      recorded = co_await record(judged);
    }
    Answer answer;
    if (!recorded) {
      log_warning("returns.mail_deferred", {{"reason", recorded.error().reason()}, {"peer", guest.address}});
      const bool early = recorded.error().is(errors::kMailUnderWay);
      answer = not_now(early ? "the mail it is about is still being handed over, try again later"
                             : "can't be stored now, try again later");
    }
    co_return answer;
  }

 private:
  /// Returns when the mail's outcome is recorded, when it takes too long, or when the program ends. It looks
  /// with reads, so that the writer does not run ten jobs a second that change nothing.
  net::Task<void> wait_for_outcome(std::shared_ptr<const IncomingReport> mail) {
    const net::Deadline deadline(kPatience);
    while (!deadline.passed() && !handler_.stopping_) {
      co_await net::sleep_for(kPause);
      jobs::ReadJob<bool> look = [&intake = parts_.intake, mail](storage::Reader& reader) -> Result<bool> {
        return intake.is_early(reader, *mail);
      };
      const Result<bool> early = co_await jobs::read(parts_.database, std::move(look));
      if (!early || !*early) co_return;
    }
  }

  net::Task<Status> record(std::shared_ptr<const IncomingReport> mail) {
    jobs::WriteJob<Done> job = [&intake = parts_.intake, mail](storage::Writer& writer) {
      return intake.record(writer, *mail);
    };
    co_return co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(job));
  }

  const ReturnHandler& handler_;
  const Parts& parts_;
};

std::unique_ptr<smtp::SessionHandler> ReturnHandler::new_session(const std::string&) {
  return std::make_unique<Session>(*this);
}

}  // namespace sesame::returns
