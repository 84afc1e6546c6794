#include "testkit/fake_dns.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "base/ascii.hpp"

namespace sesame::testkit {

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kQuestionTailBytes = 4;
constexpr char kNameOfTheQuestion[] = "\xc0\x0c";  // RFC 1035 §4.1.4: a pointer to the first name.
constexpr int kMx = 15;
constexpr int kTxt = 16;

void put16(std::string& out, unsigned number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number & 0xff);
}

void put32(std::string& out, std::uint32_t number) {
  put16(out, number >> 16);
  put16(out, number & 0xffff);
}

/// RFC 1035 §3.1: labels, each after its length; the root ends it.
std::string labels(const std::string& name) {
  std::string out;
  if (!name.empty()) {
    for (const std::string_view label : ascii::split(name, '.')) {
      out += static_cast<char>(label.size());
      out += label;
    }
  }
  return out + '\0';
}

void put_record(std::string& out, const FakeDns::Record& record) {
  out += record.name.empty() ? kNameOfTheQuestion : labels(record.name);
  put16(out, static_cast<unsigned>(record.type));
  put16(out, 1);  // IN
  put32(out, record.ttl_s);
  put16(out, static_cast<unsigned>(record.data.size()));
  out += record.data;
}

std::vector<FakeDns::Record> records_of(const FakeDns::Reply& reply) {
  std::vector<FakeDns::Record> records;
  for (const auto& strings : reply.texts) {
    std::string data;
    for (const std::string& text : strings) data += static_cast<char>(text.size()) + text;
    records.push_back({"", kTxt, data});
  }
  for (const auto& [preference, host] : reply.mail_hosts)
    records.push_back(FakeDns::mail_record("", preference, host));
  records.insert(records.end(), reply.records.begin(), reply.records.end());
  return records;
}

/// The name of the question, and behind it the place where its type begins.
std::pair<std::string, std::size_t> read_name(std::string_view question) {
  std::string name;
  std::size_t at = kHeaderBytes;
  while (question[at] != '\0') {
    const auto length = static_cast<std::size_t>(question[at]);
    name += (name.empty() ? "" : ".") + std::string(question.substr(at + 1, length));
    at += length + 1;
  }
  return {ascii::lower(name), at + 1};
}

bool read_whole(int stream, char* bytes, std::size_t count) {
  return ::recv(stream, bytes, count, MSG_WAITALL) == static_cast<ssize_t>(count);
}

/// Sockets for UDP and TCP on one port, which others may take in between.
bool listen_on_both(int& packets, int& listener, std::uint16_t& port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  packets = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool both = ::bind(packets, any, size) == 0 && ::getsockname(packets, any, &size) == 0 &&
                    ::bind(listener, any, size) == 0 && ::listen(listener, 16) == 0;
  port = ntohs(address.sin_port);
  if (both) return true;
  ::close(packets);
  ::close(listener);
  return false;
}

}  // namespace

FakeDns::Record FakeDns::address_record(const std::string& name, const std::string& address,
                                        std::uint32_t ttl_s) {
  std::array<char, 16> bytes{};
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return {name, 1, {bytes.data(), 4}, ttl_s};
  ::inet_pton(AF_INET6, address.c_str(), bytes.data());
  return {name, 28, {bytes.data(), 16}, ttl_s};
}

FakeDns::Record FakeDns::alias_record(const std::string& name, const std::string& target,
                                      std::uint32_t ttl_s) {
  return {name, 5, labels(target), ttl_s};
}

FakeDns::Record FakeDns::mail_record(const std::string& name, unsigned preference, const std::string& host,
                                     std::uint32_t ttl_s) {
  std::string data;
  put16(data, preference);
  return {name, kMx, data + labels(host), ttl_s};
}

FakeDns::Record FakeDns::soa_record(const std::string& zone, std::uint32_t ttl_s, std::uint32_t minimum_s) {
  std::string data = labels("ns." + zone) + labels("admin." + zone);
  for (const std::uint32_t number : {1U, 3600U, 600U, 86'400U, minimum_s}) put32(data, number);
  return {zone, 6, data, ttl_s};
}

FakeDns::Record FakeDns::name_record(const std::string& name, int type, const std::string& target) {
  return {name, type, labels(target)};
}

FakeDns::FakeDns(Script script) : script_(std::move(script)) {
  int tries = 20;
  while (!listen_on_both(socket_, listener_, port_)) {
    if (--tries == 0) throw std::runtime_error("FakeDns cannot listen");
  }
  end_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

FakeDns::~FakeDns() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  for (const int stream : streams_) ::close(stream);
  ::close(end_);
  ::close(listener_);
  ::close(socket_);
}

void FakeDns::serve() {
  while (true) {
    std::vector<pollfd> polled{{end_, POLLIN, 0}, {socket_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const int stream : streams_) polled.push_back({stream, POLLIN, 0});
    ::poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) return;
    if (polled[1].revents != 0) serve_packet();
    for (std::size_t i = 3; i < polled.size(); ++i) {
      if (polled[i].revents == 0 || serve_stream(polled[i].fd)) continue;
      ::close(polled[i].fd);
      std::erase(streams_, polled[i].fd);
    }
    if (polled[2].revents != 0) streams_.push_back(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  }
}

void FakeDns::serve_packet() {
  std::array<char, 1500> bytes;
  sockaddr_in from = {};
  socklen_t from_size = sizeof from;
  const auto got =
      ::recvfrom(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
  if (got < static_cast<ssize_t>(kHeaderBytes)) return;
  const std::string answer = answer_to({bytes.data(), static_cast<std::size_t>(got)}, false);
  if (answer.empty()) return;
  ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
}

/// False when the client has closed the stream.
bool FakeDns::serve_stream(int stream) {
  std::array<unsigned char, 2> length;
  if (!read_whole(stream, reinterpret_cast<char*>(length.data()), length.size())) return false;
  std::string question(static_cast<std::size_t>(length[0] << 8 | length[1]), '\0');
  if (!read_whole(stream, question.data(), question.size())) return false;
  ++tcp_questions_;
  const std::string answer = answer_to(question, true);
  if (answer.empty()) return true;
  std::string out;
  put16(out, static_cast<unsigned>(answer.size()));
  out += answer;
  return ::send(stream, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
}

/// Empty when the script gives no reply.
std::string FakeDns::answer_to(const std::string& question, bool tcp) {
  const auto [name, end] = read_name(question);
  ++questions_;
  asked_for_authentic_ = (question[3] & 0x20) != 0;
  const std::optional<Reply> reply = script_(name, static_cast<unsigned char>(question[end + 1]));
  if (!reply) return "";
  std::string out = question.substr(0, 2);
  if (!reply->raw.empty()) return out + reply->raw;
  const bool cut = reply->truncated && !tcp;
  const std::vector<Record> records = cut ? std::vector<Record>() : records_of(*reply);
  // An answer; recursion was asked for.
  out += static_cast<char>(0x81 | (reply->authoritative ? 0x04 : 0) | (cut ? 0x02 : 0));
  out += static_cast<char>((reply->recursion_available ? 0x80 : 0) | (reply->authentic ? 0x20 : 0) |
                           reply->code);
  put16(out, 1);
  put16(out, static_cast<unsigned>(records.size()));
  put16(out, static_cast<unsigned>(reply->authority.size()));
  put16(out, 0);
  out += question.substr(kHeaderBytes, end + kQuestionTailBytes - kHeaderBytes);
  for (const Record& record : records) put_record(out, record);
  for (const Record& record : reply->authority) put_record(out, record);
  return out;
}

}  // namespace sesame::testkit
