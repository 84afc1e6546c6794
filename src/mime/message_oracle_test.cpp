#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/hex.hpp"
#include "mime/message.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_dir.hpp"

// An independent reader, Python's email package through read_message.py, must find everything that we write.
namespace sesame::mime {
namespace {

struct File {
  std::string name;
  std::string type;
  std::string bytes;
};

struct Mail {
  Mailbox from;
  std::vector<Mailbox> to;
  std::string subject;
  std::string text;
  std::string html;
  std::vector<File> files;
};

std::string written(const Mail& mail) {
  std::vector<Entity> bodies;
  if (!mail.text.empty()) bodies.push_back(text_entity(TextKind::plain, mail.text));
  if (!mail.html.empty()) bodies.push_back(text_entity(TextKind::html, mail.html));
  Entity whole = bodies.size() == 1
                     ? bodies[0]
                     : multipart_entity(MultipartKind::alternative, boundary_for(7, 1), bodies);
  if (!mail.files.empty()) {
    std::vector<Entity> parts{whole};
    for (const File& file : mail.files) parts.push_back(file_entity({file.name, {}, {}}, file.bytes));
    whole = multipart_entity(MultipartKind::mixed, boundary_for(7, 0), parts);
  }
  std::string message;
  append_address_header(message, "From", std::span(&mail.from, 1));
  append_address_header(message, "To", mail.to);
  append_header(message, "Subject", mail.subject);
  append_date(message, 1'790'000'000);
  append_message_id(message, "0123456789abcdef.1@b.test");
  append_mime_version(message);
  return message + whole.headers + "\r\n" + whole.body;
}

std::string hex(std::string_view text) { return encode_hex(text); }

// The findings that read_message.py must report. The last line end inside a multipart belongs to the
// delimiter.
std::string expected(const Mail& mail) {
  std::string lines = "From " + hex(mail.from.display_name) + ' ' + hex(mail.from.address) + '\n';
  for (const Mailbox& to : mail.to) lines += "To " + hex(to.display_name) + ' ' + hex(to.address) + '\n';
  lines += "Subject " + hex(mail.subject) + "\nDate " + hex("Mon, 21 Sep 2026 14:13:20 +0000") + '\n';
  lines += "Message-ID " + hex("<0123456789abcdef.1@b.test>") + '\n';
  const bool alternative = !mail.text.empty() && !mail.html.empty();
  if (!mail.files.empty()) lines += "multipart mixed\n";
  if (alternative) lines += "multipart alternative\n";
  if (!mail.text.empty()) lines += "text text/plain " + hex(mail.text) + '\n';
  if (!mail.html.empty()) lines += "text text/html " + hex(mail.html) + '\n';
  for (const File& file : mail.files)
    lines += "file " + hex(file.name) + ' ' + file.type + ' ' + hex(file.bytes) + '\n';
  return lines;
}

std::string read_by_python(const std::vector<std::string>& messages) {
  const testkit::TempDir dir;
  std::string command = "/usr/bin/python3 " SESAME_MIME_DIR "/read_message.py";
  for (std::size_t i = 0; i < messages.size(); ++i) {
    command += ' ' + dir.write(std::to_string(i) + ".eml", messages[i]);
  }
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string output;
  std::array<char, 65536> buffer;
  while (pipe != nullptr) {
    const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (size == 0) break;
    output.append(buffer.data(), size);
  }
  return output;
}

void expect_read_as_written(const std::vector<Mail>& mails) {
  std::vector<std::string> messages;
  std::string findings;
  for (const Mail& mail : mails) {
    messages.push_back(written(mail));
    findings += (findings.empty() ? "" : "--\n") + expected(mail);
  }
  EXPECT_EQ(read_by_python(messages), findings);
}

std::string every_byte() {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i % 256);
  return bytes;
}

TEST(MessageOracle, reads_what_was_written) {
  std::string chinese;
  for (int i = 0; i < 40; ++i) chinese += "您好，这是一封测试邮件";
  const Mailbox from{"The Shop", "shop@b.test"};
  const std::vector<Mailbox> to{{"", "a@b.test"}};
  expect_read_as_written({
      {from, to, "Hello", "Plain text", "", {}},
      {from, to, "Hello", "", "<p>Only HTML</p>", {}},
      {{"示例商店, Ltd.", "shop@b.test"},
       {{"Zoë \"Z\" Ü", "z@b.test"}, {"", "\"a b\"@c.test"}},
       "Grüße, 你好 =?x?= 100%",
       "naïve\n\n.\nFrom x\n trailing ",
       "<p>naïve</p>",
       {}},
      {from, to, chinese, chinese, "<p>" + chinese + "</p>", {}},
      {from,
       to,
       "Files",
       "See the files.",
       "<b>See</b>",
       {{"a.txt", "text/plain", "hello"},
        {"empty.zip", "application/zip", ""},
        {"报告 (1).pdf", "application/pdf", every_byte()},
        {"a \"quoted\" name.csv", "text/csv", "1;2\n"},
        {chinese.substr(0, 240) + ".docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document", every_byte()}}},
      {from,
       to,
       "One file, one text",
       "text",
       "",
       {{"a.unknown", "application/octet-stream", "\r\n--=_0\r\n"}}},
      {from, to, std::string(300, 'x') + " y", std::string(3000, 'y'), "", {}},
  });
}

TEST(MessageOracle, reads_random_texts) {
  testkit::SeededRandom generator(20201002);
  const std::string_view pieces[] = {"word", " ", "  ", "\n", ".",          "ü",  "漢字",
                                     "😀",    "=", "?",  "_",  "From ",      "\"", "\\",
                                     ",",    "<", ">",  "@",  "=?utf-8?Q?", "?=", "longer-word-with-hyphens",
                                     "--=_"};
  const auto random_text = [&](unsigned most, bool lines) {
    std::string text = "s";
    for (unsigned count = generator.next() % most; count > 0; --count) {
      const std::string_view piece = pieces[generator.next() % std::size(pieces)];
      if (lines || piece != "\n") text += piece;
    }
    return text + "e";
  };
  std::vector<Mail> mails;
  for (int i = 0; i < 150; ++i) {
    mails.push_back({{random_text(20, false), "a@b.test"},
                     {{random_text(60, false), "c@b.test"}, {"", "d@b.test"}},
                     random_text(80, false),
                     random_text(200, true),
                     random_text(200, true),
                     {}});
  }
  expect_read_as_written(mails);
}

}  // namespace
}  // namespace sesame::mime
