// Load for the measurements: requests are made and signed before the clock starts, then sent over kept-open
// connections. Prints one line of JSON.
//
//   bench_load upload PORT ID KEY CONNECTIONS RECIPIENTS BATCH GROUP..   CreateReceiverDetail, groups in turn
//   bench_load call   PORT ID KEY CONNECTIONS SECONDS ACTION BODY       one small call, again and again
//   bench_load get    PORT CONNECTIONS SECONDS PATH..                   GET of each in turn, as a browser
//   asks
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cloudapi/signature.hpp"
#include "exchange.hpp"
#include "people.hpp"

using namespace sesame;

namespace {

struct Signer {
  std::string port, id, key;
  std::int64_t now_s;

  std::string request(std::string_view action, std::string_view body) const {
    const std::string host = "127.0.0.1:" + port;
    const cloudapi::Tc3Request signed_part{.host = host, .body = body, .timestamp_s = now_s};
    return fmt::format(
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
        "X-TC-Action: {}\r\nX-TC-Version: 2020-10-02\r\nX-TC-Region: ap-guangzhou\r\nX-TC-Timestamp: {}\r\n"
        "Authorization: {}\r\n\r\n{}",
        host, body.size(), action, now_s, cloudapi::tc3_authorization(signed_part, id, key), body);
  }
};

std::vector<std::string> uploads(const Signer& signer, std::size_t recipients, std::size_t batch,
                                 const std::vector<std::string>& groups) {
  bench::People people;
  std::vector<std::string> requests;
  for (std::size_t done = 0; done < recipients; done += batch) {
    std::string body = "{\"ReceiverId\":" + groups[requests.size() % groups.size()] + ",\"Emails\":[";
    for (std::size_t i = 0; i < std::min(batch, recipients - done); ++i)
      body.append(i == 0 ? "\"" : ",\"").append(people.next()).append("\"");
    requests.push_back(signer.request("CreateReceiverDetail", body.append("]}")));
  }
  return requests;
}

bench::Measured each_once(unsigned short port, std::size_t connections,
                          const std::vector<std::string>& requests) {
  std::size_t sent = 0;
  return bench::drive({port, connections, [&]() -> std::string_view {
                         return sent < requests.size() ? requests[sent++] : std::string_view();
                       }});
}

bench::Measured again_and_again(unsigned short port, std::size_t connections, double seconds,
                                const std::vector<std::string>& requests) {
  const double end = bench::steady_seconds() + seconds;
  std::size_t sent = 0;
  return bench::drive({port, connections, [&]() -> std::string_view {
                         if (bench::steady_seconds() >= end) return {};
                         return requests[sent++ % requests.size()];
                       }});
}

void report(bench::Measured measured) {
  std::ranges::sort(measured.latencies);
  const auto at = [&](double share) {
    const std::size_t n = measured.latencies.size();
    return n == 0 ? 0 : measured.latencies[static_cast<std::size_t>(share * static_cast<double>(n - 1))];
  };
  fmt::print(
      "{{\"answers\": {}, \"seconds\": {:.6f}, \"body_bytes\": {}, \"answer_bytes\": {}, \"p50_ms\": {:.3f}, "
      "\"p99_ms\": {:.3f}, \"worst_ms\": {:.3f}}}\n",
      measured.answers, measured.seconds, measured.body_bytes, measured.answer_bytes, at(0.5) * 1e3,
      at(0.99) * 1e3, at(1) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string mode = words.empty() ? "" : words[0];
  const auto port = static_cast<unsigned short>(words.size() > 1 ? std::stoul(words[1]) : 0);
  if (mode == "get" && words.size() >= 5) {
    std::vector<std::string> requests;
    for (std::size_t i = 4; i < words.size(); ++i) {
      requests.push_back(fmt::format(
          "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:120.0) "
          "Gecko/20100101 Firefox/120.0\r\nAccept: text/html\r\n\r\n",
          words[i], words[1]));
    }
    report(again_and_again(port, std::stoul(words[2]), std::stod(words[3]), requests));
    return 0;
  }
  if (words.size() >= 8 && (mode == "upload" || mode == "call")) {
    const Signer signer{words[1], words[2], words[3], SystemClock().now_s()};
    const std::size_t connections = std::stoul(words[4]);
    if (mode == "call") {
      const std::string request = signer.request(words[6], words[7]);
      report(again_and_again(port, connections, std::stod(words[5]), {request}));
    } else {
      const std::vector<std::string> groups(words.begin() + 7, words.end());
      report(each_once(port, connections,
                       uploads(signer, std::stoull(words[5]), std::stoull(words[6]), groups)));
    }
    return 0;
  }
  std::fputs("usage: see the top of bench/load.cpp\n", stderr);
  return 2;
}
