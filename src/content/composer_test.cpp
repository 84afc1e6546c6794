#include "content/composer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dkim/key.hpp"

namespace sesame::content {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Mailing spring_mailing() {
  Mailing mailing;
  mailing.from = {"Shop", "news@shop.test"};
  mailing.subject = "Hello {{name}}";
  mailing.html = "<p>Dear {{name}}</p>";
  mailing.text = "Dear {{name}}";
  return mailing;
}

Letter letter_to(std::string address, std::string data = R"({"name":"Ada"})") {
  return {.to = {address},
          .envelope_to = address,
          .data_json = std::move(data),
          .message_id = "1@shop.test",
          .date_s = 1'790'000'000};
}

std::string composed(Mailing mailing, const Letter& letter = letter_to("ada@example.test")) {
  const auto composer = Composer::create(std::move(mailing));
  if (!composer) return std::string(composer.error().reason());
  auto mail = composer->compose(letter);
  return mail ? std::move(mail->bytes) : std::string(mail.error().reason());
}

// The header's lines that start a field with this name.
std::vector<std::string> fields(std::string_view bytes, std::string_view name) {
  std::vector<std::string> found;
  std::string_view header = bytes.substr(0, bytes.find("\r\n\r\n") + 2);
  while (!header.empty()) {
    const std::size_t end = header.find("\r\n");
    if (header.starts_with(name) && header.substr(name.size()).starts_with(": "))
      found.emplace_back(header.substr(name.size() + 2, end - name.size() - 2));
    header.remove_prefix(end + 2);
  }
  return found;
}

void expect_wire_safe(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    ASSERT_NE(bytes[i], '\0');
    ASSERT_EQ(bytes[i] & 0x80, 0);
    ASSERT_TRUE(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
    ASSERT_TRUE(bytes[i] != '\r' || bytes.substr(i + 1).starts_with('\n'));
  }
}

TEST(Composer, writes_each_letter_with_its_own_values) {
  const auto composer = Composer::create(spring_mailing());
  ASSERT_TRUE(composer);
  EXPECT_THAT(composer->variable_names(), ElementsAre("name"));
  const auto ada = composer->compose(letter_to("ada@example.test"));
  const auto bob = composer->compose(letter_to("bob@example.test", R"({"name":"Bob"})"));
  ASSERT_TRUE(ada && bob);
  EXPECT_EQ(ada->envelope_from, "news@shop.test");
  EXPECT_EQ(ada->envelope_to, "ada@example.test");
  EXPECT_THAT(fields(ada->bytes, "Subject"), ElementsAre("Hello Ada"));
  EXPECT_THAT(fields(bob->bytes, "Subject"), ElementsAre("Hello Bob"));
  EXPECT_THAT(fields(bob->bytes, "To"), ElementsAre("bob@example.test"));
  EXPECT_THAT(fields(bob->bytes, "Message-ID"), ElementsAre("<1@shop.test>"));
  EXPECT_THAT(bob->bytes, Not(HasSubstr("Ada")));
}

TEST(Composer, shows_all_recipients_of_a_send_to_each_but_not_the_blind_ones) {
  Letter letter = letter_to("blind@example.test");
  letter.to = {"ada@example.test", "bob@example.test"};
  letter.cc = {"eve@example.test"};
  const std::string bytes = composed(spring_mailing(), letter);
  EXPECT_THAT(fields(bytes, "To"), ElementsAre("ada@example.test, bob@example.test"));
  EXPECT_THAT(fields(bytes, "Cc"), ElementsAre("eve@example.test"));
  EXPECT_THAT(bytes, Not(HasSubstr("blind")));
  letter.to.clear();
  letter.cc.clear();
  EXPECT_THAT(fields(composed(spring_mailing(), letter), "To"), ElementsAre("undisclosed-recipients:;"));
}

TEST(Composer, keeps_to_one_body_when_there_is_only_one) {
  Mailing text = spring_mailing();
  text.html.clear();
  EXPECT_THAT(composed(text), HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  Mailing html = spring_mailing();
  html.text.clear();
  EXPECT_THAT(composed(html), HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(composed(html), Not(HasSubstr("multipart")));
  EXPECT_THAT(composed(spring_mailing()), HasSubstr("multipart/alternative"));
}

TEST(Composer, leaves_or_refuses_placeholders_without_value) {
  Mailing mailing = spring_mailing();
  mailing.subject = "{{greeting}} {{name}} {{city}}";
  EXPECT_THAT(fields(composed(mailing), "Subject"), ElementsAre("{{greeting}} Ada {{city}}"));
  mailing.missing = MissingPolicy::strict;
  const auto composer = Composer::create(mailing);
  ASSERT_TRUE(composer);
  const auto mail = composer->compose(letter_to("ada@example.test"));
  ASSERT_FALSE(mail);
  EXPECT_EQ(mail.error().reason(), "content.variables_missing");
  EXPECT_EQ(mail.error().facts()[0].value, "greeting,city");
}

TEST(Composer, takes_a_letter_without_data) {
  EXPECT_THAT(fields(composed(spring_mailing(), letter_to("a@b.test", "")), "Subject"),
              ElementsAre("Hello {{name}}"));
}

TEST(Composer, a_value_cannot_bring_a_header_or_a_body) {
  const std::string bytes = composed(
      spring_mailing(), letter_to("a@b.test", R"({"name":"x\r\nBcc: all@victim.test\r\n\r\n<script>"})"));
  EXPECT_THAT(fields(bytes, "Bcc"), ElementsAre());
  EXPECT_THAT(fields(bytes, "Subject"), ElementsAre(StartsWith("Hello x  Bcc: all@victim.test")));
  EXPECT_THAT(bytes, HasSubstr("&lt;script&gt;"));
  expect_wire_safe(bytes);
}

TEST(Composer, nothing_that_a_caller_writes_can_bring_a_header) {
  constexpr std::string_view kEvil = "x\r\nBcc: all@victim.test\r\n\r\nbody";
  Mailing mailing = spring_mailing();
  mailing.subject = kEvil;
  mailing.from.display_name = kEvil;
  mailing.text = "lone\rcr lone\nlf nul";
  mailing.text += '\0';
  const std::string bytes = composed(mailing);
  EXPECT_THAT(fields(bytes, "Bcc"), ElementsAre());
  EXPECT_EQ(fields(bytes, "From").size(), 1u);
  expect_wire_safe(bytes);
}

TEST(Composer, refuses_senders_that_are_none) {
  Mailing mailing = spring_mailing();
  mailing.from.address = "news@shop.test\r\nBcc: x@y.test";
  EXPECT_EQ(composed(mailing), "content.from_illegal");
  mailing = spring_mailing();
  mailing.envelope_from = "nobody";
  EXPECT_EQ(composed(mailing), "content.from_illegal");
  mailing = spring_mailing();
  mailing.reply_to = "a@b.test>\r\nBcc: <x@y.test";
  EXPECT_EQ(composed(mailing), "content.reply_to_illegal");
}

TEST(Composer, shows_another_from_only_of_the_same_domain) {
  Mailing mailing = spring_mailing();
  mailing.header_from = "Boss <boss@SHOP.test>";
  EXPECT_THAT(fields(composed(mailing), "From"), ElementsAre("Boss <boss@shop.test>"));
  for (const std::string other : {"boss@bank.test", "boss@mail.shop.test"}) {
    mailing.header_from = other;
    const auto composer = Composer::create(mailing);
    ASSERT_FALSE(composer) << other;
    EXPECT_EQ(composer.error().reason(), "content.header_from_foreign");
    EXPECT_EQ(composer.error().facts().at(0).value, other);
    EXPECT_EQ(composer.error().facts().at(1).value, "shop.test");
  }
  mailing.header_from = "nobody";
  EXPECT_EQ(composed(mailing), "content.header_from_illegal");
}

TEST(Composer, checks_what_it_would_refuse_without_composing) {
  EXPECT_TRUE(Composer::check(spring_mailing()));
  std::vector<Mailing> refused(7, spring_mailing());
  refused[0].html = refused[0].text = "";
  refused[1].headers = {{"Bcc", "x"}};
  refused[2].from.address = "nobody";
  refused[3].envelope_from = "nobody";
  refused[4].header_from = "nobody";
  refused[5].header_from = "boss@bank.test";
  refused[6].reply_to = "nobody";
  for (const Mailing& mailing : refused) {
    const Status checked = Composer::check(mailing);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().reason(), composed(mailing));
  }
}

TEST(Composer, refuses_what_cannot_be_mailed) {
  Mailing mailing = spring_mailing();
  mailing.html = mailing.text = "";
  EXPECT_EQ(composed(mailing), "content.empty");
  mailing = spring_mailing();
  mailing.headers = {{"Bcc", "x"}};
  EXPECT_EQ(composed(mailing), "content.header_illegal");
  EXPECT_EQ(composed(spring_mailing(), letter_to("123")), "content.recipient_illegal");
  EXPECT_EQ(composed(spring_mailing(), letter_to("a@b.test\r\nX: y")), "content.recipient_illegal");
  EXPECT_EQ(composed(spring_mailing(), letter_to("a@b.test", "[]")), "content.not_plain");
  EXPECT_EQ(composed(spring_mailing(), letter_to("a@b.test", "{")), "content.not_json");
  for (const std::string id : {"", "a b", "<a@b>", "a\r\nX: y", "é"}) {
    Letter letter = letter_to("a@b.test");
    letter.message_id = id;
    EXPECT_EQ(composed(spring_mailing(), letter), "content.message_id_illegal") << id;
  }
}

TEST(Composer, the_same_letter_is_the_same_mail) {
  EXPECT_EQ(composed(spring_mailing()), composed(spring_mailing()));
}

TEST(Composer, signs_with_every_signer_before_everything_else) {
  const auto key = dkim::PrivateKey::generate(1024);
  ASSERT_TRUE(key);
  const auto shared = std::make_shared<const dkim::PrivateKey>(*key);
  for (const bool constant : {false, true}) {
    Mailing mailing = spring_mailing();
    if (constant) mailing.html = mailing.text = "the same for all";
    const std::string unsigned_bytes = composed(mailing);
    for (const std::string selector : {"s1", "s2"})
      mailing.signers.push_back(std::make_shared<const dkim::Signer>("shop.test", selector, shared));
    const std::string bytes = composed(mailing);
    EXPECT_EQ(fields(bytes, "DKIM-Signature").size(), 2u);
    EXPECT_THAT(bytes, StartsWith(mailing.signers[0]->header_for(unsigned_bytes, 1'790'000'000) +
                                  mailing.signers[1]->header_for(unsigned_bytes, 1'790'000'000)));
    EXPECT_TRUE(bytes.ends_with(unsigned_bytes));
  }
}

TEST(Composer, writes_what_a_submitted_mail_shows) {
  Mailing mailing = spring_mailing();
  mailing.author = {"Mary: Work", "mary@shop.test"};
  mailing.answers_to = {{"One, Two", "a@x.test"}, {"", "b@x.test"}};
  mailing.headers = {{"List-Unsubscribe", "<https://x.test/u/dG9rZW4=?c=1>"},
                     {"In-Reply-To", "<a=?b@x.test>"}};
  const std::string mail = composed(mailing);
  EXPECT_THAT(fields(mail, "From"), ElementsAre("\"Mary: Work\" <mary@shop.test>"));
  EXPECT_THAT(fields(mail, "Reply-To"), ElementsAre("\"One, Two\" <a@x.test>, b@x.test"));
  EXPECT_THAT(fields(mail, "List-Unsubscribe"), ElementsAre("<https://x.test/u/dG9rZW4=?c=1>"));
  EXPECT_THAT(fields(mail, "In-Reply-To"), ElementsAre("<a=?b@x.test>"));
  mailing.author = {"", "boss@bank.test"};
  EXPECT_EQ(composed(mailing), "content.header_from_foreign");
  mailing.author.reset();
  mailing.answers_to = {{"", "nobody"}};
  EXPECT_EQ(composed(mailing), "content.reply_to_illegal");
}

TEST(Composer, keeps_other_forms_of_the_text_in_their_place) {
  Mailing mailing = spring_mailing();
  mailing.attachments = {
      {"", "BEGIN:VCALENDAR", "", "text/calendar; method=\"REQUEST\"", FilePlace::behind_html},
      {"", "<html amp4email>", "", "text/x-amp-html", FilePlace::before_html},
      {"a.csv", "x", "", "text/csv; charset=\"gbk\""}};
  const std::string mail = composed(mailing);
  const std::string_view order[] = {
      "multipart/mixed",
      "multipart/alternative",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Type: text/x-amp-html\r\n",
      "Content-Type: text/html; charset=utf-8",
      "Content-Type: text/calendar; method=\"REQUEST\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
      "Content-Type: text/csv; charset=\"gbk\"\r\n",
      "Content-Disposition: attachment; filename=\"a.csv\""};
  std::size_t at = 0;
  for (const std::string_view part : order) {
    at = mail.find(part, at);
    ASSERT_NE(at, std::string::npos) << part << '\n' << mail;
  }
}

TEST(Composer, writes_addresses_beyond_ascii_as_addresses) {
  Mailing mailing = spring_mailing();
  mailing.from = {"Shop", "用户@shop.test"};
  const std::string mail = composed(mailing);
  EXPECT_THAT(fields(mail, "From"), ElementsAre("Shop <用户@shop.test>"));
  EXPECT_EQ(mail.find(":;"), std::string::npos);
}

}  // namespace
}  // namespace sesame::content
