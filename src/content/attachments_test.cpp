#include "content/attachments.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sesame::content {
namespace {

std::string_view reason_of(const std::vector<Attachment>& attachments) {
  const Status checked = check_attachments(attachments);
  return checked ? "" : checked.error().reason();
}

std::string_view reason_of_name(const std::string& name) { return reason_of({{name, "x"}}); }

TEST(Attachments, ten_are_allowed_eleven_are_not) {
  EXPECT_EQ(reason_of({}), "");
  EXPECT_EQ(reason_of(std::vector<Attachment>(10, {"a.pdf", "x"})), "");
  EXPECT_EQ(reason_of(std::vector<Attachment>(11, {"a.pdf", "x"})), "content.too_many_attachments");
}

TEST(Attachments, together_have_at_most_4_mib) {
  const std::string half(2 * 1024 * 1024, 'x');
  EXPECT_EQ(reason_of({{"a.pdf", half}, {"b.pdf", half}}), "");
  EXPECT_EQ(reason_of({{"a.pdf", half}, {"b.pdf", half}, {"c.txt", "x"}}), "content.attachments_too_large");
}

TEST(Attachments, names_may_be_in_any_script) {
  for (const std::string name : {"report.pdf", "价格表.xlsx", "PHOTO.JPEG", "a.b.c.tar", "It's.txt"})
    EXPECT_EQ(reason_of_name(name), "") << name;
}

TEST(Attachments, names_with_special_characters_are_refused) {
  for (const std::string name :
       {"", "a?.pdf", "a\\b.pdf", "a*.pdf", "a|b.pdf", "a\"b.pdf", "a<b.pdf", "a>b.pdf", "a:b.pdf",
        "../etc/passwd.txt", "a b.pdf", "a\r\nX: y.pdf", "a\xff.pdf", "a\x7f.pdf"})
    EXPECT_EQ(reason_of_name(name), "content.attachment_name_illegal") << name;
  EXPECT_EQ(reason_of_name(std::string("a\0.pdf", 6)), "content.attachment_name_illegal");
}

TEST(Attachments, names_of_submitted_files_may_have_any_visible_characters) {
  AttachmentLimits limits;
  limits.any_characters = true;
  const auto reason = [&](const Attachment& file) {
    const Status checked = check_attachments(std::span(&file, 1), limits);
    return checked ? std::string_view() : checked.error().reason();
  };
  for (const std::string name :
       {"Q3 report.pdf", "Re: offer.pdf", "AC/DC.pdf", "\"a\".txt", "what?.docx", "a<b>|*.csv"})
    EXPECT_EQ(reason({name, "x"}), "") << name;
  for (const std::string name : {"", "a\nb.pdf", "a b.exe", "a\xff.pdf"})
    EXPECT_EQ(reason({name, "x"}), "content.attachment_name_illegal") << name;
  EXPECT_EQ(reason({"", "x", "", "text/calendar", FilePlace::behind_html}), "");
}

TEST(Attachments, names_have_at_most_255_characters) {
  std::string name;
  for (int i = 0; i < 251; ++i) name += "表";
  EXPECT_EQ(reason_of_name(name + ".pdf"), "");
  EXPECT_EQ(reason_of_name(name + "x.pdf"), "content.attachment_name_illegal");
}

TEST(Attachments, only_known_types_travel) {
  for (const std::string name : {"a.exe", "a.pdf.js", "a.mp4", "noending", ".pdf", "a.", "a.xnk"})
    EXPECT_EQ(reason_of_name(name), "content.attachment_name_illegal") << name;
}

}  // namespace
}  // namespace sesame::content
