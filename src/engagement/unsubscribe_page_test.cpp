#include "engagement/unsubscribe_page.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/utf8.hpp"

namespace sesame::engagement {
namespace {

using State = Subscription::State;

const Subscription kReader{"reader@post.test", "mail.shop.test", State::subscribed};

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

std::string page_of(content::UnsubscribeOption option, UnsubscribeView view, State state) {
  Subscription reader = kReader;
  reader.state = state;
  return unsubscribe_page(*content::unsubscribe_texts(option), view, &reader);
}

TEST(UnsubscribePage, is_complete_in_every_language) {
  std::set<std::string> pages;
  for (content::UnsubscribeOption option = 1; option < content::kUnsubscribeOptionsEnd; ++option) {
    for (const auto view : {UnsubscribeView::ask, UnsubscribeView::done, UnsubscribeView::again,
                            UnsubscribeView::invalid, UnsubscribeView::failed}) {
      const std::string page = page_of(option, view, State::unsubscribed);
      EXPECT_TRUE(utf8::valid(page));
      EXPECT_FALSE(has(page, "{domain}") || has(page, "{address}")) << page;
      EXPECT_FALSE(has(page, "<script") || has(page, "http:") || has(page, "https:")) << page;
      const bool about_somebody = view != UnsubscribeView::invalid && view != UnsubscribeView::failed;
      EXPECT_EQ(has(page, "<bdi>mail.shop.test</bdi>"), about_somebody) << page;
      EXPECT_EQ(has(page, "<bdi>r•••@post.test</bdi>"), about_somebody) << page;
      pages.insert(page);
    }
  }
  EXPECT_EQ(pages.size(), 12U * 5);
}

TEST(UnsubscribePage, names_its_language_and_direction) {
  EXPECT_TRUE(has(page_of(1, UnsubscribeView::ask, State::subscribed), "lang=\"zh-Hans\" dir=\"ltr\""));
  EXPECT_TRUE(has(page_of(9, UnsubscribeView::ask, State::subscribed), "lang=\"ar\" dir=\"rtl\""));
}

TEST(UnsubscribePage, has_the_button_that_mail_programs_have) {
  const std::string page = page_of(2, UnsubscribeView::ask, State::subscribed);
  EXPECT_TRUE(has(page, "<form method=\"post\">"));
  EXPECT_TRUE(has(page, "name=\"List-Unsubscribe\" value=\"One-Click\""));
}

TEST(UnsubscribePage, offers_to_subscribe_again_but_not_after_a_complaint) {
  EXPECT_TRUE(has(page_of(2, UnsubscribeView::done, State::unsubscribed), "value=\"Again\""));
  EXPECT_FALSE(has(page_of(2, UnsubscribeView::done, State::complained), "<form"));
  EXPECT_FALSE(has(page_of(2, UnsubscribeView::again, State::subscribed), "<form"));
}

TEST(UnsubscribePage, escapes_its_texts) {
  const Subscription odd{"\"<b>\"@post.test", "a&b.test", State::subscribed};
  const std::string page = unsubscribe_page(*content::unsubscribe_texts(2), UnsubscribeView::ask, &odd);
  EXPECT_FALSE(has(page, "<b>"));
  EXPECT_TRUE(has(page, "a&amp;b.test"));
}

TEST(UnsubscribePage, allows_no_external_resources) {
  const std::string& policy = unsubscribe_page_policy();
  EXPECT_TRUE(has(policy, "default-src 'none'"));
  EXPECT_TRUE(has(policy, "form-action 'self'"));
  EXPECT_FALSE(has(policy, "unsafe"));
}

TEST(UnsubscribePage, shows_part_of_the_address) {
  EXPECT_EQ(hinted_address("reader@post.test"), "r•••@post.test");
  EXPECT_EQ(hinted_address("\xE5\xBC\xA0\xE4\xB8\x89@post.test"), "\xE5\xBC\xA0•••@post.test");
  EXPECT_EQ(hinted_address("@post.test"), "•••");
  EXPECT_EQ(hinted_address(""), "•••");
  EXPECT_EQ(hinted_address("\xE5@post.test"), "\xE5•••@post.test");
}

}  // namespace
}  // namespace sesame::engagement
