// Events through the webhook queue on disk: stored in batches as outcomes are recorded, claimed, marked as
// posted, each step with its commit; then all steps by the sender, with a receiver that accepts at once.
//
//   webhook_bench [EVENTS=500000] [FOLDER=.]       prints one line of JSON
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/sqlite_database.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/event_sender.hpp"

using namespace sesame;

namespace {

constexpr std::size_t kBatch = 1'000;  // A commit of the recorder under load.
constexpr std::ptrdiff_t kUnderWay = 2;
constexpr std::size_t kWindow = 4'000;  // Claimed at once.
constexpr std::int64_t kWebhooks = 4;
const accounts::Scope kScope{1, "ap-guangzhou"};

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "webhook_bench: %s failed\n", what);
  std::exit(1);
}

double seconds() {
  static const SystemClock clock;
  return std::chrono::duration<double>(clock.steady_now().time_since_epoch()).count();
}
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

std::string sender(std::int64_t webhook) { return "news" + std::to_string(webhook) + "@mail.shop.test"; }

effects::Event event_of(std::size_t number) {
  effects::Event event;
  event.kind = effects::EventKind::delivered;
  event.happened_ms = 1'796'126'400'000;
  effects::SentMail& mail = event.mail;
  mail.scope = kScope;
  mail.message_id = "qcloudses-30-1251000000-date-20261201120000-" + std::to_string(100'000'000 + number);
  mail.from_address = sender(1 + static_cast<std::int64_t>(number) % kWebhooks);
  mail.to_address = "customer." + std::to_string(number) + "@post.test";
  mail.requested_ms = event.happened_ms;
  mail.app_id = "1251000000";
  mail.sender_domain = "mail.shop.test";
  mail.header_id = "0f1d2c3b-1111-4222-8333-" + std::to_string(100'000'000 + number) + "@mail.shop.test";
  mail.subject = "Offers of the week for you";
  mail.template_id = 123'456;
  mail.task_id = 17;
  return event;
}

class Bench {
 public:
  explicit Bench(const std::string& folder) : path_(folder + "/webhook_bench.db") {
    remove_files();
    database_ = storage::open_sqlite({.path = path_}, clock_);
    auto box = accounts::SecretBox::open(folder, random_);
    require(box.ok(), "secret box");
    box_ = std::make_unique<accounts::SecretBox>(std::move(*box));
    const auto enabled = database_->change<std::vector<webhooks::Webhook>>(
        storage::Priority::interactive,
        [&](storage::Writer& writer) -> Result<std::vector<webhooks::Webhook>> {
          for (std::int64_t webhook = 1; webhook <= kWebhooks; ++webhook) {
            webhooks::WebhookChange one;
            one.scope = kScope;
            one.address = sender(webhook);
            one.url = "https://shop.test/events";
            require(webhooks::save_webhook(writer, *box_, random_, one, 0).ok(), "webhook");
          }
          return webhooks::all_webhooks(writer);
        });
    require(enabled.ok(), "webhooks");
    directory_.set(*enabled);
  }
  ~Bench() {
    database_.reset();
    remove_files();
  }

  /// Two commits under way, as the recorder has them: while one is written the next is gathered.
  void store(std::size_t events) {
    webhooks::EventQueue queue(directory_, clock_);
    std::counting_semaphore<kUnderWay> places(kUnderWay);
    for (std::size_t done = 0; done < events;) {
      auto batch = std::make_shared<std::vector<effects::Event>>();
      while (batch->size() < kBatch && done < events) batch->push_back(event_of(done++));
      places.acquire();
      database_->write(
          storage::Priority::bulk,
          [&queue, batch](storage::Writer& writer) -> Status {
            queue.queue(writer, *batch);
            return Done{};
          },
          [&places](const Status& written) {
            require(written.ok(), "write");
            places.release();
          });
    }
    for (std::ptrdiff_t place = 0; place < kUnderWay; ++place) places.acquire();
  }

  /// Claims and marks until `events` were marked.
  void post(std::size_t events) {
    std::size_t posted = 0;
    for (std::int64_t turn = 0; posted < events; ++turn) {
      const std::int64_t webhook = 1 + turn % kWebhooks;
      std::vector<webhooks::PostResult> accepted;
      const Status read = database_->read_and_wait([&](storage::Reader& reader) -> Status {
        for (const auto& event : webhooks::due_events(reader, webhook, clock_.now_ms(), kWindow))
          accepted.push_back({event.id, webhook, webhooks::EventState::accepted, 0, "HTTP 200"});
        return Done{};
      });
      require(read.ok(), "claim");
      if (accepted.empty()) {
        std::this_thread::yield();
        continue;
      }
      write([&](storage::Writer& writer) { webhooks::record_results(writer, accepted); });
      posted += accepted.size();
    }
  }

  void send(std::size_t events) {
    std::atomic<std::size_t> posts = 0;
    webhooks::EventSender sender(*database_, *box_, directory_, clock_,
                                 [&](const net::HttpPost&, const net::HttpPoster::Done& done) {
                                   ++posts;
                                   done({200, ""});
                                 },
                                 {.at_once = 256, .window = kWindow});
    sender.start();
    while (posts < events) std::this_thread::yield();
    sender.stop();
  }

  double bytes_each(std::size_t events) {
    std::int64_t bytes = 0;
    const Status read = database_->read_and_wait([&](storage::Reader& reader) -> Status {
      const auto row = reader.query(
          {"bench.database_bytes", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"});
      if (row->next()) bytes = row->next_integer();
      return Done{};
    });
    require(read.ok(), "size");
    return static_cast<double>(bytes) / static_cast<double>(events);
  }

 private:
  template <class Job>
  void write(Job job) {
    const Status done =
        database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
          job(writer);
          return Done{};
        });
    require(done.ok(), "write");
  }
  void remove_files() const {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path_ + suffix);
  }

  const std::string path_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<accounts::SecretBox> box_;
  webhooks::WebhookDirectory directory_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 500'000;
  Bench bench(argc > 2 ? argv[2] : ".");
  const double start = seconds(), cpu_start = cpu_seconds();
  std::thread poster_thread([&] { bench.post(events); });
  bench.store(events);
  poster_thread.join();
  const double wall = seconds() - start, cpu = cpu_seconds() - cpu_start;
  const double bytes = bench.bytes_each(events);
  bench.store(events);
  const double send_start = seconds();
  bench.send(events);
  const double send_wall = seconds() - send_start;
  const double count = static_cast<double>(events);
  std::printf(
      "{\"events_per_s\": %.0f, \"events_per_cpu_s\": %.0f, \"bytes_each\": %.0f, \"sent_per_s\": %.0f}\n",
      count / wall, count / cpu, bytes, count / send_wall);
}
