// Submits mails over kept-open connections and counts until the last is acknowledged. Prints a line of JSON.
//
//   bench_submit PORT CONNECTIONS MAILS BYTES                   in the clear
//   bench_submit PORT CONNECTIONS MAILS BYTES USER PASSWORD     STARTTLS and AUTH before the clock starts
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/loops.hpp"
#include "smtp/client.hpp"

using namespace sesame;

namespace {

constexpr std::chrono::milliseconds kLook{1};

struct Job {
  smtp::ClientOptions options;
  smtp::Target server;
  std::string from;
  std::string mail;
  std::size_t connections = 0;
  std::size_t mails = 0;
  std::atomic<std::size_t> ready{0};
  std::atomic<std::size_t> begun{0};
  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> left{0};
  std::atomic<bool> failed{false};
};

void fail(Job& job, const smtp::Attempt& attempt) {
  if (!job.failed.exchange(true)) fmt::print(stderr, "{}: {}\n", stage_name(attempt.stage), attempt.text);
}

net::Task<void> submit(std::shared_ptr<Job> job, const Clock* clock) {
  smtp::Client client(job->options, job->server, *clock);
  const auto trouble = co_await client.open();
  if (trouble) fail(*job, *trouble);
  ++job->ready;
  while (job->ready < job->connections) co_await net::sleep_for(kLook);
  while (!job->failed) {
    const std::size_t number = job->begun++;
    if (number >= job->mails) break;
    const std::string to = "reader" + std::to_string(number) + "@sink.test";
    const smtp::Attempt attempt = co_await client.send(job->from, to, job->mail);
    if (attempt.verdict != smtp::Verdict::delivered) fail(*job, attempt);
    ++job->accepted;
  }
  co_await client.quit();
  ++job->left;
}

net::Task<void> watch(std::shared_ptr<Job> job, const Clock* clock, std::atomic<double>* seconds) {
  while (job->ready < job->connections) co_await net::sleep_for(kLook);
  const auto begin = clock->steady_now();
  while (!job->failed && job->accepted < job->mails) co_await net::sleep_for(kLook);
  *seconds = std::chrono::duration<double>(clock->steady_now() - begin).count();
  while (job->left < job->connections) co_await net::sleep_for(kLook);
}

std::string make_mail(const std::string& from, std::size_t bytes) {
  std::string mail = "From: Shop <" + from + ">\r\nTo: Reader <reader@sink.test>\r\nSubject: News\r\n\r\n";
  while (mail.size() < bytes) mail += "The quick brown fox jumps over the lazy dog and is gone.\r\n";
  return mail;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 4 && words.size() != 6) {
    std::fputs("usage: see the top of bench/submit.cpp\n", stderr);
    return 2;
  }
  const SystemClock clock;
  auto job = std::make_shared<Job>();
  job->server.host = "127.0.0.1";
  job->server.port = static_cast<std::uint16_t>(std::stoul(words[0]));
  job->server.helo_name = "bench.test";
  job->server.tls = smtp::TlsPolicy::off;
  job->connections = std::stoul(words[1]);
  job->mails = std::stoul(words[2]);
  job->from = words.size() == 6 ? words[4] : "news@mail.shop.test";
  job->mail = make_mail(job->from, std::stoul(words[3]));
  if (words.size() == 6) {
    net::TlsClientOptions tls;
    tls.verify = net::TlsVerify::none;
    job->server.tls = smtp::TlsPolicy::required;
    job->options.tls_context = std::make_shared<const net::TlsContext>(net::TlsContext::client(tls).value());
    job->options.user = words[4];
    job->options.password = Secret(words[5]);
  }
  std::atomic<double> seconds{0};
  net::Loops loops(1);
  for (std::size_t i = 0; i < job->connections; ++i) loops.spawn(0, [&] { return submit(job, &clock); });
  loops.spawn(0, [&] { return watch(job, &clock, &seconds); });
  loops.start();
  loops.stop(std::chrono::minutes(5));
  if (job->failed) return 1;
  fmt::print("{{\"mails\": {}, \"seconds\": {:.6f}}}\n", job->accepted.load(), seconds.load());
  return 0;
}
