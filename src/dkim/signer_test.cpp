#include "dkim/signer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::dkim {
namespace {

constexpr std::string_view kMessage =
    "From: Shop <shop@b.test>\r\n"
    "To: a@b.test\r\n"
    "Subject: Hello,\r\n\tworld\r\n"
    "X-Own: not signed\r\n"
    "\r\n"
    "Body \r\n\r\n";

std::shared_ptr<const PrivateKey> key(unsigned bits) {
  return std::make_shared<const PrivateKey>(PrivateKey::generate(bits).value());
}

// One key for all tests: generating one takes long.
const Signer& signer() {
  static const Signer signer("b.test", "s1", key(2048));
  return signer;
}

// The value of a tag, without white space.
std::string tag(std::string_view header, std::string_view name) {
  std::string flat;
  for (const char c : header.substr(header.find(':') + 1)) {
    if (c != ' ' && c != '\r' && c != '\n' && c != '\t') flat += c;
  }
  flat = ';' + flat + ';';
  const std::size_t start = flat.find(';' + std::string(name) + '=') + name.size() + 2;
  return flat.substr(start, flat.find(';', start) - start);
}

// The verdict of dkimpy on each message, through verify.py.
std::vector<std::string> verdicts(const PrivateKey& key, const std::vector<std::string>& messages) {
  const testkit::TempDir dir;
  std::string command =
      "/usr/bin/python3 " SESAME_DKIM_DIR "/verify.py " + dir.write("key", key.public_key_base64());
  for (std::size_t i = 0; i < messages.size(); ++i)
    command += ' ' + dir.write(std::to_string(i) + ".eml", messages[i]);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), &pclose);
  std::vector<std::string> lines;
  std::array<char, 1024> line;
  while (pipe != nullptr && fgets(line.data(), line.size(), pipe.get()) != nullptr)
    lines.emplace_back(line.data());
  return lines;
}

void expect_verified(const PrivateKey& key, const std::vector<std::string>& messages) {
  const std::vector<std::string> found = verdicts(key, messages);
  ASSERT_EQ(found.size(), messages.size()) << (found.empty() ? "" : found.back());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], "ok\n") << messages[i];
}

TEST(Signer, says_what_it_signed) {
  const std::string header = signer().header_for(kMessage, 1'790'000'000);
  EXPECT_TRUE(header.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;")) << header;
  EXPECT_TRUE(header.ends_with("\r\n"));
  EXPECT_EQ(tag(header, "d"), "b.test");
  EXPECT_EQ(tag(header, "s"), "s1");
  EXPECT_EQ(tag(header, "t"), "1790000000");
  EXPECT_EQ(tag(header, "x"), std::to_string(1'790'000'000 + 7 * 86'400));
  EXPECT_EQ(tag(header, "bh"), body_hash("Body\r\n"));
  EXPECT_EQ(header.find(" l="), std::string::npos);
  for (std::size_t start = 0; start < header.size(); start = header.find("\r\n", start) + 2) {
    EXPECT_LE(header.find("\r\n", start) - start, 78U);
  }
}

TEST(Signer, names_shown_fields_once_more_than_present) {
  EXPECT_EQ(tag(signer().header_for(kMessage, 0), "h"),
            "From:From:Sender:Reply-To:To:To:Cc:Subject:Subject:Date:Message-ID:MIME-Version:Content-Type:"
            "Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post");
  EXPECT_NE(
      tag(signer().header_for("References: <1@b.test>\r\nFeedback-ID: x\r\nBcc: y@b.test\r\n\r\n", 0), "h")
          .find("Message-ID:References:MIME-Version"),
      std::string::npos);
}

TEST(Signer, the_same_with_a_body_hashed_before) {
  const std::string_view header = kMessage.substr(0, kMessage.find("\r\n\r\n") + 2);
  const std::string whole = signer().header_for(kMessage, 1);
  EXPECT_EQ(signer().header_for(header, body_hash("Body \r\n\r\n"), 1), whole);
  EXPECT_EQ(signer().header_for(std::string(header) + "\r\n", body_hash("Body\r\n"), 1), whole);
  EXPECT_EQ(tag(signer().header_for("Subject: no body", 1), "bh"), body_hash(""));
}

TEST(Signer, an_independent_verifier_agrees) {
  const std::int64_t now_s = SystemClock().now_s();
  for (const unsigned bits : {1024U, 2048U}) {
    const auto signing_key = key(bits);
    const Signer one("a-rather-long-domain-name-of-a-customer.example.test", "s202611a", signing_key);
    std::vector<std::string> messages;
    for (const std::string& message : std::vector<std::string>{
             std::string(kMessage), "From: a@b.test\r\n\r\n", "From: a@b.test\r\nSubject:\r\n\r\n\r\n\r\n",
             "From: a@b.test\r\nReferences: <1@b.test>\r\nReferences: <2@b.test>\r\nTo: "
             "x@b.test\r\n\r\na\r\n \r\n",
             "from: a@b.test\r\nSUBJECT:  a \t b \r\n\r\n\r\n\r\nx\ty\r\n"}) {
      messages.push_back(one.header_for(message, now_s) + message);
    }
    expect_verified(*signing_key, messages);
  }
}

TEST(Signer, an_independent_verifier_notices_changes) {
  const auto signing_key = key(1024);
  const Signer one("b.test", "s1", signing_key);
  const std::string message(kMessage);
  const std::string header = one.header_for(message, SystemClock().now_s());
  std::string other_body = message;
  other_body.replace(other_body.find("Body"), 4, "Bode");
  std::string other_subject = message;
  other_subject.replace(other_subject.find("Hello"), 5, "Hallo");
  for (const std::string& verdict : verdicts(
           *signing_key,
           {header + other_body, header + other_subject, header + "Subject: added\r\n" + message,
            header + "Cc: added@b.test\r\n" + message, header + "Reply-To: added@b.test\r\n" + message})) {
    EXPECT_NE(verdict, "ok\n");
  }
  expect_verified(*signing_key, {header + message, header + "X-Later: added\r\n" + message});
}

TEST(Signer, an_independent_verifier_agrees_on_random_messages) {
  const auto signing_key = key(1024);
  const Signer one("b.test", "s1", signing_key);
  testkit::SeededRandom generator(20201002);
  const std::string_view names[] = {"To",       "Cc",         "subject", "X-Own",
                                    "Reply-To", "References", "List-Id", "Date"};
  const std::string_view pieces[] = {" ", "  ", "\t", "word", "x:y", "<a@b.test>", "=?utf-8?Q?=C3=BC?=", ";"};
  std::vector<std::string> messages;
  for (int i = 0; i < 200; ++i) {
    std::string message = "From: a@b.test\r\n";
    for (unsigned fields = generator.next() % 8; fields > 0; --fields) {
      message += std::string(names[generator.next() % std::size(names)]) + ": v";
      for (unsigned count = generator.next() % 10; count > 0; --count) {
        message += generator.next() % 4 == 0 ? "\r\n x" : pieces[generator.next() % std::size(pieces)];
      }
      message += "\r\n";
    }
    message += "\r\n";
    for (unsigned count = generator.next() % 20; count > 0; --count) {
      message += generator.next() % 3 == 0 ? "\r\n" : pieces[generator.next() % std::size(pieces)];
    }
    message += "\r\n";
    messages.push_back(one.header_for(message, SystemClock().now_s()) + message);
  }
  expect_verified(*signing_key, messages);
}

TEST(Signer, signs_on_many_threads_at_once) {
  const std::string expected = signer().header_for(kMessage, 1);
  std::vector<std::thread> threads;
  std::array<bool, 4> right{};
  for (bool& all : right) {
    threads.emplace_back([&all, &expected] {
      all = true;
      for (int i = 0; i < 100; ++i) all = all && signer().header_for(kMessage, 1) == expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool all : right) EXPECT_TRUE(all);
}

}  // namespace
}  // namespace sesame::dkim
