#include "content/templates.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::content {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;

class Templates : public testing::Test {
 protected:
  Templates() {
    for (const int account : {1, 2}) {
      database.change([account](storage::Writer& writer) {
        writer.run({"test.account", "INSERT INTO account (id, app_id, created_ms) VALUES (?1, ?1, 0)"},
                   account);
      });
    }
  }
  Result<std::int64_t> create(std::string_view name, std::string_view html = "<p>",
                              std::string_view text = "", const accounts::Scope& scope = {1, "ap-guangzhou"},
                              const TemplateOptions& limits = {}) {
    return database.change([&](storage::Writer& writer) {
      return create_template(writer, scope, name, html, text, kNow, limits);
    });
  }
  std::string reason(std::string_view name, std::string_view html = "<p>", std::string_view text = "") {
    const auto created = create(name, html, text);
    return created ? "" : std::string(created.error().reason());
  }
  Result<StoredTemplate> get(std::int64_t id) {
    return database.look([&](storage::Reader& reader) { return get_template(reader, scope, id); });
  }
  TemplatePage list(std::int64_t offset, std::int64_t limit, const accounts::Scope& whose) {
    return database.look(
        [&](storage::Reader& reader) { return list_templates(reader, whose, offset, limit); });
  }

  const accounts::Scope scope{1, "ap-guangzhou"};
  testkit::TempDatabase database;
};

TEST_F(Templates, are_found_as_they_were_created) {
  const auto id = create("春季 Sale_2026-1", "<p>{{name}}</p>", "{{name}}");
  ASSERT_TRUE(id);
  const auto stored = get(*id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->info.name, "春季 Sale_2026-1");
  EXPECT_EQ(stored->info.status, TemplateStatus::approved);
  EXPECT_EQ(stored->info.created_ms, kNow);
  EXPECT_EQ(stored->html, "<p>{{name}}</p>");
  EXPECT_EQ(stored->text, "{{name}}");
}

TEST_F(Templates, have_names_of_1_to_50_letters_digits_and_a_few_more) {
  std::string fifty;
  for (int i = 0; i < 50; ++i) fifty += "模";
  for (const std::string& name : {fifty, std::string("a"), std::string("Été 3")})
    EXPECT_EQ(reason(name), "") << name;
  for (const std::string& name :
       {fifty + "x", std::string(), std::string("a.b"), std::string("a<b>"), std::string("a\nb"),
        std::string("\xff"), std::string("😀"), std::string("a/b")})
    EXPECT_EQ(reason(name), "content.template_name_illegal") << name;
}

TEST_F(Templates, have_content_of_text_within_a_mebibyte) {
  EXPECT_EQ(reason("a", "", ""), "content.template_empty");
  EXPECT_EQ(reason("a", "", "text alone"), "");
  EXPECT_EQ(reason("a", std::string(1024 * 1024, 'x'), ""), "");
  EXPECT_EQ(reason("a", std::string(1024 * 1024, 'x'), "y"), "content.template_too_large");
  EXPECT_EQ(reason("a", "\xc4\xe3\xba\xc3"), "content.template_not_text");
  EXPECT_EQ(reason("a", std::string_view("a\0b", 3)), "content.template_not_text");
}

TEST_F(Templates, have_no_braces_that_would_be_mailed_as_they_stand) {
  for (const char* illegal :
       {"{{&nbsp;name}}", "{{<b>name</b>}}", "{{name|default}}", "{{#if}}", "{{}}", "{{name}"}) {
    for (const bool html : {true, false}) {
      const auto created = html ? create("t", illegal) : create("t", "<p>", illegal);
      ASSERT_FALSE(created) << illegal;
      EXPECT_EQ(created.error().reason(), "content.placeholder_illegal");
      EXPECT_EQ(created.error().facts()[0].value, html ? "TemplateContent.Html" : "TemplateContent.Text");
      EXPECT_EQ(created.error().facts()[1].value, illegal);
    }
  }
  EXPECT_EQ(reason("t", "<p>{{First Name}}", "{{ First Name }}"), "");
}

TEST_F(Templates, are_limited_in_number) {
  const TemplateOptions two{.templates_max = 2};
  EXPECT_TRUE(create("a", "x", "", scope, two));
  EXPECT_TRUE(create("a", "x", "", scope, two));
  const auto third = create("a", "x", "", scope, two);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason(), "content.too_many_templates");
  EXPECT_TRUE(create("a", "x", "", {1, "ap-hongkong"}, two));
}

TEST_F(Templates, belong_to_one_account_and_region) {
  const auto id = create("a");
  ASSERT_TRUE(id);
  for (const accounts::Scope& other :
       {accounts::Scope{2, "ap-guangzhou"}, accounts::Scope{1, "ap-hongkong"}}) {
    EXPECT_FALSE(database.look([&](storage::Reader& reader) { return find_template(reader, other, *id); }));
    EXPECT_EQ(list(0, 10, other).total, 0);
  }
}

TEST_F(Templates, are_listed_newest_first_with_their_number) {
  for (const std::string name : {"first", "second", "third"}) ASSERT_TRUE(create(name));
  const TemplatePage page = list(1, 5, scope);
  EXPECT_EQ(page.total, 3);
  ASSERT_EQ(page.templates.size(), 2u);
  EXPECT_EQ(page.templates[0].name, "second");
  EXPECT_EQ(page.templates[1].name, "first");
  EXPECT_EQ(list(3, 5, scope).templates.size(), 0u);
}

TEST_F(Templates, get_a_new_version_when_they_change) {
  const auto id = create("a", "old");
  ASSERT_TRUE(id);
  const std::int64_t old_version = get(*id)->version_id;
  const Status updated = database.change(
      [&](storage::Writer& writer) { return update_template(writer, scope, *id, "b", "", "new", kNow + 1); });
  ASSERT_TRUE(updated);
  const auto stored = get(*id);
  EXPECT_EQ(stored->info.name, "b");
  EXPECT_EQ(stored->html, "");
  EXPECT_EQ(stored->text, "new");
  EXPECT_NE(stored->version_id, old_version);
  const Status missing = database.change(
      [&](storage::Writer& writer) { return update_template(writer, scope, *id + 1, "b", "", "new", kNow); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason(), "content.template_missing");
}

TEST_F(Templates, may_be_mailed_only_when_approved) {
  const auto id = create("a");
  ASSERT_TRUE(id);
  const auto sendable = [&](std::int64_t wanted) {
    return database.look([&](storage::Reader& reader) { return sendable_template(reader, scope, wanted); });
  };
  EXPECT_TRUE(sendable(*id));
  EXPECT_EQ(sendable(*id + 1).error().reason(), "content.template_missing");
  database.change([](storage::Writer& writer) {
    writer.run({"test.refuse", "UPDATE template SET status = 2"});
  });
  EXPECT_EQ(sendable(*id).error().reason(), "content.template_not_approved");
}

TEST_F(Templates, wait_for_a_review_where_reviews_are_manual) {
  const TemplateOptions manual{.review = TemplateReview::manual};
  const auto id = create("a", "<p>", "", scope, manual);
  ASSERT_TRUE(id);
  const auto status = [&] { return get(*id)->info.status; };
  const auto review = [&](bool approved, std::string_view reason) {
    return database.change(
        [&](storage::Writer& writer) { return review_template(writer, scope, *id, approved, reason); });
  };
  EXPECT_EQ(status(), TemplateStatus::pending);
  EXPECT_EQ(review(false, "").error().reason(), "content.review_reason_missing");
  ASSERT_TRUE(review(false, "No unsubscribe link."));
  EXPECT_EQ(status(), TemplateStatus::refused);
  EXPECT_EQ(get(*id)->info.review_reason, "No unsubscribe link.");
  EXPECT_EQ(database.look([&](storage::Reader& reader) { return sendable_template(reader, scope, *id); })
                .error()
                .reason(),
            "content.template_not_approved");
  ASSERT_TRUE(review(true, ""));
  EXPECT_EQ(status(), TemplateStatus::approved);
  ASSERT_TRUE(database.change([&](storage::Writer& writer) {
    return update_template(writer, scope, *id, "a", "", "new", kNow + 1, manual);
  }));
  EXPECT_EQ(status(), TemplateStatus::pending) << "what was approved was another content";
  ASSERT_TRUE(database.change([&](storage::Writer& writer) {
    return update_template(writer, scope, *id, "a", "", "new", kNow + 2);
  }));
  EXPECT_EQ(status(), TemplateStatus::approved);
  EXPECT_FALSE(database.change([&](storage::Writer& writer) {
    return review_template(writer, {2, "ap-guangzhou"}, *id, true, "");
  }));
}

TEST_F(Templates, are_deleted_with_all_versions) {
  const auto id = create("a");
  const auto remove = [&](const accounts::Scope& whose) {
    return database.change([&](storage::Writer& writer) { return delete_template(writer, whose, *id); });
  };
  EXPECT_EQ(remove({2, "ap-guangzhou"}).error().reason(), "content.template_missing");
  ASSERT_TRUE(remove(scope));
  EXPECT_FALSE(get(*id));
  EXPECT_EQ(list(0, 10, scope).total, 0);
  EXPECT_EQ(remove(scope).error().reason(), "content.template_missing");
}

TEST_F(Templates, never_get_the_number_of_a_deleted_one) {
  const auto first = create("first");
  ASSERT_TRUE(first);
  ASSERT_TRUE(
      database.change([&](storage::Writer& writer) { return delete_template(writer, scope, *first); }));
  const auto second = create("second");
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
}

class TemplateVersions : public Templates {
 protected:
  Status update(std::int64_t id, std::string_view html, const TemplateOptions& options = {}) {
    return database.change([&](storage::Writer& writer) {
      return update_template(writer, scope, id, "name", html, "", kNow, options, "demo");
    });
  }
  TemplateVersionPage versions(std::int64_t id, std::int64_t limit = 100) {
    auto page = database.look([&](storage::Reader& r) { return list_versions(r, scope, id, 0, limit); });
    EXPECT_TRUE(page);
    return page ? *page : TemplateVersionPage{};
  }
  Result<TemplateVersion> restore(std::int64_t id, std::int64_t number, const TemplateOptions& options = {}) {
    return database.change(
        [&](storage::Writer& w) { return restore_version(w, scope, id, number, kNow, options, "ann"); });
  }
};

TEST_F(TemplateVersions, each_change_of_the_content_makes_one_and_a_new_name_alone_makes_none) {
  const std::int64_t id = *create("name", "<p>1</p>");
  ASSERT_TRUE(update(id, "<p>2</p>"));
  ASSERT_TRUE(update(id, "<p>2</p>"));
  const TemplateVersionPage page = versions(id);
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.versions.size(), 2u);
  EXPECT_EQ(page.versions[0].number, 2);
  EXPECT_TRUE(page.versions[0].current);
  EXPECT_EQ(page.versions[0].author, "demo");
  EXPECT_EQ(page.versions[0].bytes, 8);
  EXPECT_FALSE(page.versions[1].current);
}

TEST_F(TemplateVersions, an_earlier_one_is_restored_as_a_new_one) {
  const std::int64_t id = *create("name", "<p>1</p>");
  ASSERT_TRUE(update(id, "<p>2</p>"));
  const auto restored = restore(id, 1);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->number, 3);
  EXPECT_EQ(restored->restored, 1);
  EXPECT_EQ(restored->author, "ann");
  EXPECT_EQ(get(id)->html, "<p>1</p>");
  // The content is the same already.
  EXPECT_EQ(restore(id, 1)->number, 3);
  EXPECT_EQ(versions(id).total, 3);
}

TEST_F(TemplateVersions, a_restored_one_waits_for_its_review_when_there_is_one) {
  const std::int64_t id = *create("name", "<p>1</p>");
  ASSERT_TRUE(update(id, "<p>2</p>"));
  ASSERT_TRUE(restore(id, 1, {.review = TemplateReview::manual}));
  EXPECT_EQ(get(id)->info.status, TemplateStatus::pending);
}

TEST_F(TemplateVersions, only_the_newest_are_kept) {
  const std::int64_t id = *create("name", "<p>0</p>");
  for (int i = 1; i <= 60; ++i) ASSERT_TRUE(update(id, "<p>" + std::to_string(i) + "</p>"));
  const TemplateVersionPage page = versions(id);
  EXPECT_EQ(page.total, kVersionsMax);
  EXPECT_EQ(page.versions.front().number, 61);
  EXPECT_EQ(page.versions.back().number, 12);
  const auto gone = restore(id, 11);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().reason(), "content.version_missing");
}

TEST_F(TemplateVersions, large_ones_are_kept_up_to_their_bytes) {
  const std::int64_t id = *create("name", "<p>0</p>");
  for (int i = 0; i < 12; ++i)
    ASSERT_TRUE(update(id, std::string(1024 * 1024 - 1, static_cast<char>('a' + i))));
  EXPECT_EQ(versions(id).total, 8);
}

TEST_F(TemplateVersions, another_scope_sees_none) {
  const std::int64_t id = *create("name", "<p>0</p>");
  const auto page = database.look([&](storage::Reader& r) {
    return list_versions(r, {2, "ap-guangzhou"}, id, 0, 10);
  });
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().reason(), "content.template_missing");
}

}  // namespace
}  // namespace sesame::content
