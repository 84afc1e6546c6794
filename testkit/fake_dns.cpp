#include "testkit/fake_dns.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "base/ascii.hpp"

namespace sesame::testkit {

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr char kNameOfTheQuestion[] = "\xc0\x0c";  // RFC 1035 §4.1.4: a pointer to the first name.

void put16(std::string& out, unsigned number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number & 0xff);
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

void put_record(std::string& out, unsigned type, const std::string& data) {
  out += kNameOfTheQuestion;
  put16(out, type);
  put16(out, 1);  // IN
  out += std::string("\0\0\0\x3c", 4);
  put16(out, static_cast<unsigned>(data.size()));
  out += data;
}

std::string answer_to(std::string_view question, std::size_t question_end, const FakeDns::Reply& reply) {
  std::string out(question.substr(0, 2));
  out += static_cast<char>(0x81);  // An answer; recursion was asked for.
  out += static_cast<char>((reply.recursion_available ? 0x80 : 0) | reply.code);
  put16(out, 1);
  put16(out, static_cast<unsigned>(reply.texts.size() + reply.mail_hosts.size()));
  put16(out, 0);
  put16(out, 0);
  out += question.substr(kHeaderBytes, question_end - kHeaderBytes);
  for (const auto& strings : reply.texts) {
    std::string data;
    for (const std::string& text : strings) data += static_cast<char>(text.size()) + text;
    put_record(out, 16, data);
  }
  for (const auto& [preference, host] : reply.mail_hosts) {
    std::string data;
    put16(data, preference);
    put_record(out, 15, data + labels(host));
  }
  return out;
}

}  // namespace

FakeDns::FakeDns(Script script) : script_(std::move(script)) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("FakeDns cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeDns::~FakeDns() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  ::close(end_);
  ::close(socket_);
}

void FakeDns::serve() {
  while (true) {
    pollfd polled[] = {{socket_, POLLIN, 0}, {end_, POLLIN, 0}};
    ::poll(polled, 2, -1);
    if (polled[1].revents != 0) return;
    char bytes[1500];
    sockaddr_in from = {};
    socklen_t from_size = sizeof from;
    const auto got =
        ::recvfrom(socket_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (got < static_cast<ssize_t>(kHeaderBytes)) continue;
    const std::string_view question(bytes, static_cast<std::size_t>(got));
    std::string name;
    std::size_t at = kHeaderBytes;
    while (question[at] != '\0') {
      const auto length = static_cast<std::size_t>(question[at]);
      name += (name.empty() ? "" : ".") + std::string(question.substr(at + 1, length));
      at += length + 1;
    }
    const int type = question[at + 2];
    ++questions_;
    const std::optional<Reply> reply = script_(ascii::lower(name), type);
    if (!reply) continue;
    const std::string answer = answer_to(question, at + 5, *reply);
    ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
  }
}

}  // namespace sesame::testkit
