#include "testkit/scripted_smtp.hpp"

#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "testkit/scripted_smtp_session.hpp"
#include "testkit/scripted_smtp_tls.hpp"

namespace sesame::testkit {

ScriptedSmtp::ScriptedSmtp(std::vector<std::string> extensions)
    : certificate_file_(folder_.file("certificate.pem")), extensions_(std::move(extensions)) {
  extensions_after_tls_ = extensions_;
  server_ = std::make_unique<TcpServer>([this](TcpPeer& peer) {
    const std::size_t open = ++open_sessions_;
    if (open > most_open_) most_open_ = open;
    Session session(*this, peer, server_->accepted());
    session.run();
    --open_sessions_;
  });
}

ScriptedSmtp::~ScriptedSmtp() = default;

void ScriptedSmtp::always(const std::string& stage, std::string answer) {
  const std::lock_guard lock(mutex_);
  always_[stage] = std::move(answer);
}

void ScriptedSmtp::next(const std::string& stage, std::string answer, std::size_t times) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < times; ++i) next_[stage].push_back(answer);
}

void ScriptedSmtp::offer_after_tls(std::vector<std::string> extensions) {
  const std::lock_guard lock(mutex_);
  extensions_after_tls_ = std::move(extensions);
}

void ScriptedSmtp::offer_tls() {
  const std::lock_guard lock(mutex_);
  tls_ = make_test_tls(certificate_file_);
}

std::size_t ScriptedSmtp::mails() const {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

std::vector<ReceivedMail> ScriptedSmtp::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<std::string> ScriptedSmtp::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

std::size_t ScriptedSmtp::count(std::string_view command_prefix) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::count_if(commands_,
                               [&](const std::string& line) { return line.starts_with(command_prefix); });
}

std::string ScriptedSmtp::raw_bodies() const {
  const std::lock_guard lock(mutex_);
  return raw_bodies_;
}

std::string ScriptedSmtp::answer_for(const std::string& stage, const std::string& usual) {
  const std::lock_guard lock(mutex_);
  if (auto found = next_.find(stage); found != next_.end() && !found->second.empty()) {
    std::string answer = std::move(found->second.front());
    found->second.pop_front();
    return answer.empty() ? usual : answer;
  }
  if (const auto found = always_.find(stage); found != always_.end() && !found->second.empty())
    return found->second;
  return usual;
}

void ScriptedSmtp::note_command(const std::string& line) {
  const std::lock_guard lock(mutex_);
  commands_.push_back(line);
}

void ScriptedSmtp::note_mail(ReceivedMail mail, std::string raw) {
  const std::lock_guard lock(mutex_);
  raw_bodies_ += raw;
  received_.push_back(std::move(mail));
}

std::string ScriptedSmtp::ehlo_reply(bool encrypted) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> lines = encrypted ? extensions_after_tls_ : extensions_;
  if (tls_ && !encrypted) lines.push_back("STARTTLS");
  std::string reply = lines.empty() ? "250 mx.test" : "250-mx.test";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    reply += std::string("\n250") + (i + 1 == lines.size() ? " " : "-") + lines[i];
  }
  return reply;
}

void ScriptedSmtp::Session::run() {
  if (!act(server_.answer_for("greeting", "220 mx.test ESMTP"))) return;
  while (const std::optional<std::string> line = wire_.read_line()) {
    server_.note_command(*line);
    if (!handle(*line)) break;
  }
}

bool ScriptedSmtp::Session::handle(const std::string& line) {
  std::string verb = line.substr(0, line.find_first_of(" :"));
  std::ranges::transform(verb, verb.begin(), [](unsigned char c) { return std::toupper(c); });
  std::string usual = "250 2.0.0 ok";
  if (verb == "EHLO") usual = server_.ehlo_reply(wire_.encrypted());
  if (verb == "DATA") usual = "354 go ahead";
  if (verb == "QUIT") usual = "221 2.0.0 bye!close";
  if (verb == "STARTTLS") usual = "220 2.0.0 ready";
  if (verb == "AUTH") usual = "235 2.7.0 welcome";
  const std::string answer = server_.answer_for(verb, usual);
  if (verb == "MAIL") mail_ = ReceivedMail{line, {}, {}, wire_.encrypted(), number_, wire_.client_address()};
  if (verb == "RCPT") mail_.to = line;
  if (verb == "STARTTLS") return start_tls(answer);
  if (line == "AUTH LOGIN") return log_in(answer);
  if (!act(answer)) return false;
  if (verb == "DATA" && answer.starts_with("354")) return receive_body();
  return true;
}

bool ScriptedSmtp::Session::start_tls(const std::string& answer) {
  if (!act(answer)) return false;
  if (!answer.starts_with("220")) return true;
  return server_.tls_ && wire_.accept_tls(*server_.tls_);
}

bool ScriptedSmtp::Session::log_in(const std::string& answer) {
  for (const char* prompt : {"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"}) {
    if (!act(prompt)) return false;
    const std::optional<std::string> word = wire_.read_line();
    if (!word) return false;
    server_.note_command(*word);
  }
  return act(answer);
}

bool ScriptedSmtp::Session::receive_body() {
  constexpr std::string_view kEnd = "\r\n.\r\n";
  std::string raw = "\r\n" + wire_.take_buffered();
  const std::size_t limit = server_.body_bytes_;
  std::size_t end = raw.find(kEnd);
  while (end == std::string::npos) {
    if (limit > 0 && raw.size() > limit) return act(server_.answer_for("body", "!close"));
    const std::size_t from = raw.size() < kEnd.size() ? 0 : raw.size() - kEnd.size();
    if (!wire_.read_more(raw)) return false;
    end = raw.find(kEnd, from);
  }
  wire_.put_back(raw.substr(end + kEnd.size()));
  raw.resize(end + kEnd.size());
  std::string bytes = raw.substr(2, raw.size() - 5);  // With the last CRLF, without the dot.
  if (raw.size() < 7) bytes.clear();
  for (std::size_t at = 0; at < bytes.size();
       at = bytes.find("\r\n", at) == std::string::npos ? bytes.size() : bytes.find("\r\n", at) + 2) {
    if (bytes[at] == '.') bytes.erase(at, 1);
  }
  const std::string answer = server_.answer_for("dot", "250 2.0.0 queued as T1");
  if (answer.starts_with('2') || answer.starts_with("!drip 2")) {
    mail_.bytes = std::move(bytes);
    server_.note_mail(mail_, raw.substr(2));
    ++mails_;
  }
  if (!act(answer)) return false;
  if (server_.mails_per_session_ > 0 && mails_ >= server_.mails_per_session_) {
    wire_.hang_up();
    return false;
  }
  return true;
}

bool ScriptedSmtp::Session::act(const std::string& answer) {
  if (answer.starts_with("!drip ")) return drip(std::string_view(answer).substr(6));
  const std::size_t order = answer.rfind('!');
  std::string text = answer;
  std::string what;
  if (order != std::string::npos &&
      (answer.ends_with("!close") || answer.ends_with("!reset") || answer.ends_with("!stall"))) {
    text = answer.substr(0, order);
    what = answer.substr(order);
  }
  std::string bytes = text;
  if (!text.empty() && !text.ends_with('\n')) {
    bytes.clear();
    for (const char c : text) bytes += c == '\n' ? std::string("\r\n") : std::string(1, c);
    bytes += "\r\n";
  }
  if (!bytes.empty() && !wire_.send(bytes)) return false;
  if (what == "!stall") wire_.wait_until_left();
  if (what == "!close") wire_.hang_up();
  if (what == "!reset") wire_.reset();
  return what.empty();
}

bool ScriptedSmtp::Session::drip(std::string_view text) {
  for (const char c : std::string(text) + "\r\n") {
    if (!wire_.send({&c, 1})) return false;
    poll(nullptr, 0, 20);
  }
  return true;
}

}  // namespace sesame::testkit
