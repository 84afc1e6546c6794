#include "content/tracked_html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "content/composer.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::content {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const accounts::MailId kMail{3, accounts::MailId::Kind::run, 41, 7};

/// A server's links, and the letters made with them.
class TrackedHtml : public testing::Test {
 protected:
  static MailTokens::Key some_key() {
    MailTokens::Key key;
    key.fill(5);
    return key;
  }

  static Variables given(std::vector<std::pair<std::string, std::string>> values) {
    return Variables(std::move(values));
  }

  std::string letter(std::string_view html, const Variables& values = {},
                     std::span<const Addition> additions = {}) const {
    const PartSource source = track_links(html, links, additions);
    std::string text;
    for (const auto& piece : source.pieces())
      append_filled(text, piece, {values, &links, kMail}, Escaping::html);
    return text;
  }

  /// The targets of a letter's links, in their order.
  std::vector<std::string> targets(std::string_view html, const Variables& values = {}) const {
    std::vector<std::string> found;
    const std::string text = letter(html, values);
    for (std::size_t at = text.find(kStart); at != text.npos; at = text.find(kStart, at)) {
      at += kStart.size();
      const std::size_t end =
          text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", at);
      const auto opened = tokens.open(TokenUse::click, text.substr(at, end - at));
      EXPECT_TRUE(opened && opened->mail == kMail);
      found.push_back(opened ? opened->payload : std::string("not a token"));
    }
    return found;
  }

  static constexpr std::string_view kStart = "https://go.shop.test/t/c/";
  const MailTokens tokens{some_key()};
  const Links links{tokens, "https://go.shop.test", ""};
};

TEST_F(TrackedHtml, each_link_knows_how_many_different_ones_there_are) {
  const PartSource source = track_links(
      R"(<a href="https://a.test/">1</a><a href="https://b.test/">2</a><a href="https://a.test/">3</a>)"
      R"(<a href="mailto:x@a.test">4</a><a href="{{url}}">5</a>)",
      links, {});
  std::size_t found = 0;
  for (const auto& piece : source.pieces()) {
    if (piece.kind != PartSource::Kind::link) continue;
    ++found;
    EXPECT_EQ(piece.links, 3U);
  }
  EXPECT_EQ(found, 4U);
}

TEST_F(TrackedHtml, leads_links_by_way_of_the_server) {
  EXPECT_THAT(
      targets(R"(<p><a href="https://shop.test/?a=1&amp;b=2#top">x</a> <a href='HTTP://B.test'>y</a>)"),
      ElementsAre("https://shop.test/?a=1&b=2#top", "HTTP://B.test"));
  EXPECT_EQ(letter(R"(<p class="x" ><a  href = 'https://shop.test/' title="q">x</a>)"),
            R"(<p class="x" ><a  href = ')" + links.click_url(kMail, "https://shop.test/") +
                R"(' title="q">x</a>)");
}

TEST_F(TrackedHtml, leaves_everything_else_alone) {
  for (const std::string_view html :
       {R"(<a href="mailto:a@shop.test">)", R"(<a href="tel:+49">)", R"(<a href="#top">)", R"(<a href="">)",
        R"(<a href="/relative?x=https://shop.test/">)", R"(<a href="//shop.test/">)",
        R"(<a href="https:shop.test">)", R"(<a href="ftp://shop.test/">)",
        R"(<a href="javascript:void&#40;0&#41;">)", R"(<a href="https://shop.test/Unsubscribe?id=1">)",
        R"(<a href="{{unsubscribe_url}}">)", R"(<a href="https://go.shop.test/u/token">)",
        R"(<a href="https://GO.shop.test">)", R"(<!-- <a href="https://shop.test/"> -->)",
        R"(<a href="https://shop.test/" data-no-track>)"}) {
    EXPECT_EQ(letter(html), html);
    EXPECT_THAT(targets(html, given({{"unsubscribe_url", "https://shop.test/off"}})), ElementsAre()) << html;
  }
  const std::string long_link =
      "<a href=\"https://shop.test/" + std::string(kFollowedTargetBytesMax, 'x') + "\">";
  EXPECT_EQ(letter(long_link), long_link);
}

TEST_F(TrackedHtml, is_not_fooled_by_a_host_that_begins_like_the_server) {
  EXPECT_THAT(targets(R"(<a href="https://go.shop.test.evil.test/">)"),
              ElementsAre("https://go.shop.test.evil.test/"));
}

TEST_F(TrackedHtml, carries_each_letters_values) {
  const std::string_view html = R"(<a href="https://shop.test/{{path}}?n={{ name }}&amp;x=1">{{name}}</a>)";
  EXPECT_THAT(targets(html, given({{"path", "a&b"}, {"name", "\"Ada\""}})),
              ElementsAre("https://shop.test/a&b?n=\"Ada\"&x=1"));
  EXPECT_THAT(letter(html, given({{"name", "<Ada>"}})), HasSubstr(">&lt;Ada&gt;</a>"));
  EXPECT_THAT(targets(html), ElementsAre("https://shop.test/{{path}}?n={{ name }}&x=1"));
}

TEST_F(TrackedHtml, decides_by_the_value_when_the_whole_link_is_one) {
  const std::string_view html = R"(<a href="{{link}}">x</a>)";
  EXPECT_THAT(targets(html, given({{"link", " https://shop.test/a\n/b "}})),
              ElementsAre("https://shop.test/a/b"));
  EXPECT_EQ(letter(html, given({{"link", "mailto:a@shop.test?x=1&y"}})),
            R"(<a href="mailto:a@shop.test?x=1&amp;y">x</a>)");
  EXPECT_EQ(letter(html, given({{"link", "https://shop.test/unsubscribe"}})),
            R"(<a href="https://shop.test/unsubscribe">x</a>)");
  EXPECT_EQ(letter(html), html);
}

TEST_F(TrackedHtml, does_not_guess_what_half_a_reference_means) {
  const std::string_view html = R"(<a href="https://shop.test/?a&am{{x}}">x</a>)";
  EXPECT_EQ(letter(html, given({{"x", "p;"}})), R"(<a href="https://shop.test/?a&amp;">x</a>)");
  EXPECT_THAT(targets(R"(<a href="https://shop.test/?a&{{x}}">x</a>)", given({{"x", "b=1"}})),
              ElementsAre("https://shop.test/?a&b=1"));
  EXPECT_THAT(targets(R"(<a href="https://shop.test/&#123;{x}}">x</a>)", given({{"x", "1"}})), ElementsAre());
}

TEST_F(TrackedHtml, does_not_cut_a_placeholder) {
  const std::string_view html = "<a href=https://shop.test/{{ x }}>x</a>";
  EXPECT_EQ(letter(html, given({{"x", "1"}})), "<a href=https://shop.test/1>x</a>");
}

TEST_F(TrackedHtml, puts_additions_at_the_end_of_the_body_in_their_order) {
  const std::vector<Addition> additions{{"<p>bye</p>", {}, ""}, open_pixel()};
  const std::string text =
      letter("<html><body><p>x</p></body></html>\n<a href='https://shop.test/'>", {}, additions);
  EXPECT_THAT(text,
              testing::StartsWith("<html><body><p>x</p><p>bye</p><img src=\"https://go.shop.test/t/o/"));
  EXPECT_THAT(text, HasSubstr("style=\"border:0\"></body></html>\n<a href='https://go.shop.test/t/c/"));
}

TEST_F(TrackedHtml, every_other_byte_stays_whatever_the_text) {
  static constexpr auto kBits =
      std::to_array<std::string_view>({"<a href=\"https://shop.test/?a=1&amp;b=2\">",
                                       "<a href='{{link}}'>",
                                       "<a href=https://x.test/{{v}} >",
                                       "</a>",
                                       "<p>",
                                       "</p>",
                                       "<table>",
                                       "<td>",
                                       "</table>",
                                       "<!--",
                                       "-->",
                                       "<b",
                                       ">",
                                       "\"",
                                       "'",
                                       "=",
                                       "\r\n",
                                       "\r",
                                       "\xe4\xbd\xa0",
                                       "\xff",
                                       "&amp",
                                       "&#0;",
                                       "</body>",
                                       "<body>",
                                       "</html>",
                                       "<style>",
                                       "</style>",
                                       "<svg>",
                                       "</svg>",
                                       "<![CDATA[",
                                       "]]>",
                                       "<a href = http://y.test",
                                       "{{v}}",
                                       "{{",
                                       "}}",
                                       " ",
                                       "text",
                                       "<script>",
                                       "</script>",
                                       "<form>",
                                       "<select>",
                                       "<option>",
                                       "<template>",
                                       "</template>",
                                       "<plaintext>",
                                       "href=\"https://z.test\""});
  testkit::SeededRandom random;
  const Variables values = given({{"link", "https://v.test/?x&y"}, {"v", "1 > \"2\""}});
  std::size_t followed = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string html;
    for (auto left = random.next() % 40; left > 0; --left) html += kBits[random.next() % kBits.size()];
    const Addition pixel = open_pixel();
    const PartSource source = track_links(html, links, std::span(&pixel, 1));
    std::string expected, without_links;
    Template(html).render(values, Escaping::html, expected);
    for (const auto& piece : source.pieces()) {
      if (piece.kind == PartSource::Kind::link) ++followed;
      append_filled(without_links, piece, {values, nullptr, kMail}, Escaping::html);
    }
    const std::string image = pixel.before + pixel.after;
    const std::size_t at = without_links.find(image);
    ASSERT_NE(at, std::string::npos) << html;
    without_links.erase(at, image.size());
    ASSERT_EQ(without_links, expected) << html;
  }
  EXPECT_GT(followed, 1000u);
}

class TrackedMail : public TrackedHtml {
 protected:
  std::string composed(bool opens, bool clicks, const Links* with) const {
    Mailing mailing;
    mailing.from = {"Shop", "news@shop.test"};
    mailing.subject = "Offers";
    mailing.html = R"(<p><a href="https://shop.test/">Buy</a></p>)";
    mailing.text = "https://shop.test/";
    mailing.track_opens = opens;
    mailing.track_clicks = clicks;
    Letter letter;
    letter.to = {"reader@post.test"};
    letter.envelope_to = "reader@post.test";
    letter.message_id = "1@shop.test";
    letter.id = kMail;
    const auto composer = Composer::create(mailing, with);
    return composer->compose(letter)->bytes;
  }
};

TEST_F(TrackedMail, follows_what_its_mailing_says) {
  const std::string plain = composed(false, false, nullptr);
  EXPECT_EQ(composed(false, false, &links), plain);
  EXPECT_EQ(composed(true, true, nullptr), plain);
  const Links without_url(tokens, "", "");
  EXPECT_EQ(composed(true, true, &without_url), plain);
  EXPECT_THAT(composed(true, false, &links), HasSubstr("/t/o/"));
  EXPECT_THAT(composed(true, false, &links), Not(HasSubstr("/t/c/")));
  EXPECT_THAT(composed(false, true, &links), HasSubstr("/t/c/"));
  EXPECT_THAT(composed(false, true, &links), Not(HasSubstr("/t/o/")));
}

}  // namespace
}  // namespace sesame::content
