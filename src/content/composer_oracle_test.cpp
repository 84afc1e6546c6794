#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "content/composer.hpp"
#include "testkit/temp_dir.hpp"

// An independent reader, Python's email package, must find everything that was composed.
namespace sesame::content {
namespace {

constexpr std::string_view kReader = R"(
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.SMTP)
def say(name, value):
    print(name, (value if isinstance(value, bytes) else str(value).encode()).hex())
for name in ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "X-Campaign"):
    for value in mail.get_all(name, []):
        say(name, value)
for part in mail.walk():
    if part.defects or any(value.defects for value in part.values()):
        print("DEFECT", part.defects, [value.defects for value in part.values()])
    if part.is_multipart():
        print(part.get_content_type())
    elif part.get_content_disposition():
        say(part.get_content_type(), part.get_filename())
        print(part.get_content_disposition(), part["Content-ID"] or "")
        say("bytes", part.get_payload(decode=True))
    else:
        say(part.get_content_type(), part.get_content().replace("\r\n", "\n").rstrip("\n"))
)";

std::vector<std::string> read_by_python(const std::string& mail) {
  const testkit::TempDir folder;
  const std::string command =
      "python3 " + folder.write("read.py", kReader) + " " + folder.write("mail", mail);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> chunk;
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get()))
    output.append(chunk.data(), size);
  std::vector<std::string> lines;
  for (const std::string_view line : ascii::split(output, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

std::string line(std::string_view name, std::string_view value) {
  return std::string(name) + ' ' + encode_hex(value);
}

TEST(ComposedMail, is_read_by_python_as_it_was_meant) {
  Mailing mailing;
  mailing.from = {"Zoë, \"the\" 商店", "news@shop.test"};
  mailing.reply_to = "Help <help@shop.test>";
  mailing.subject =
      "{{name}}: 您的订单 and a subject that is much longer than a line of a header may be, isn't it";
  mailing.html = "<p style=\"color:red\">Dear {{name}},</p>\n.\nFrom {{city}} =\n" + std::string(2000, 'x');
  mailing.text = "亲爱的 {{name}}, 城市: {{city}}, 没有: {{nothing}}";
  mailing.attachments = {
      {"价格表.csv", std::string("a,b\r\n\0\xff", 7)}, {"note.pdf", ""}, {"logo.png", "png", "logo@shop"}};
  mailing.headers = {{"X-Campaign", "春"}};
  const auto composer = Composer::create(mailing);
  ASSERT_TRUE(composer);
  const auto mail = composer->compose({.to = {"ada@example.test", "bob@example.test"},
                                       .cc = {"eve@example.test"},
                                       .envelope_to = "ada@example.test",
                                       .data_json = R"({"name":"Ada <b> 😀","city":"x\ny  "})",
                                       .message_id = "abc.1@shop.test",
                                       .date_s = 1'790'000'000});
  ASSERT_TRUE(mail);
  const std::vector<std::string> expected = {
      line("From", "\"Zoë, \\\"the\\\" 商店\" <news@shop.test>"),
      line("To", "ada@example.test, bob@example.test"),
      line("Cc", "eve@example.test"),
      line("Reply-To", "Help <help@shop.test>"),
      line("Subject",
           "Ada <b> 😀: 您的订单 and a subject that is much longer than a line of a header may be, isn't it"),
      line("Date", "Mon, 21 Sep 2026 14:13:20 +0000"),
      line("Message-ID", "<abc.1@shop.test>"),
      line("X-Campaign", "春"),
      "multipart/mixed",
      "multipart/alternative",
      line("text/plain", "亲爱的 Ada <b> 😀, 城市: x\ny  , 没有: {{nothing}}"),
      "multipart/related",
      line("text/html",
           "<p style=\"color:red\">Dear Ada &lt;b&gt; 😀,</p>\n.\nFrom x\ny   =\n" + std::string(2000, 'x')),
      line("image/png", "logo.png"),
      "inline <logo@shop>",
      line("bytes", "png"),
      line("text/csv", "价格表.csv"),
      "attachment ",
      line("bytes", std::string_view("a,b\r\n\0\xff", 7)),
      line("application/pdf", "note.pdf"),
      "attachment ",
      "bytes ",
  };
  EXPECT_EQ(read_by_python(mail->bytes), expected) << mail->bytes;
}

}  // namespace
}  // namespace sesame::content
