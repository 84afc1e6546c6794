#include "base/charset.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sesame::charset {
namespace {

std::string read(std::string_view bytes, std::string_view label) {
  const auto conversion = to_utf8(bytes, label);
  return conversion ? conversion->text : "unknown";
}

std::string guessed(std::string_view bytes) {
  const auto label = guess(bytes);
  return label ? read(bytes, *label) : "no evidence";
}

TEST(Charset, labels_mean_what_the_standard_says) {
  EXPECT_EQ(encoding_of("gb2312"), "gb18030");
  EXPECT_EQ(encoding_of(" \"GB_2312-80\" "), "gb18030");
  EXPECT_EQ(encoding_of("US-ASCII"), "windows-1252");
  EXPECT_EQ(encoding_of("latin1"), "windows-1252");
  EXPECT_EQ(encoding_of("windows-31j"), "shift_jis");
  EXPECT_EQ(encoding_of("ks_c_5601-1987"), "euc-kr");
  EXPECT_EQ(encoding_of("iso-8859-9"), "windows-1254");
  EXPECT_EQ(encoding_of("tis-620"), "windows-874");
  EXPECT_EQ(encoding_of("unicode-1-1-utf-8"), "utf-8");
  for (const char* unknown : {"", "klingon", "iso-2022-cn-ext", "utf-8//TRANSLIT", "../x"})
    EXPECT_EQ(encoding_of(unknown), "");
  EXPECT_FALSE(to_utf8("x", "klingon"));
}

TEST(Charset, every_label_has_a_converter) {
  for (const char* label :
       {"utf-8",        "windows-1252", "gb18030",      "big5",         "euc-kr",         "shift_jis",
        "euc-jp",       "iso-2022-jp",  "iso-2022-kr",  "hz",           "utf-7",          "utf-16",
        "utf-16le",     "utf-16be",     "utf-32",       "ibm866",       "koi8-r",         "koi8-u",
        "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255",   "windows-1256",
        "windows-1257", "windows-1258", "windows-874",  "iso-8859-2",   "iso-8859-3",     "iso-8859-4",
        "iso-8859-5",   "iso-8859-6",   "iso-8859-7",   "iso-8859-8",   "iso-8859-10",    "iso-8859-13",
        "iso-8859-14",  "iso-8859-15",  "iso-8859-16",  "macintosh",    "x-mac-cyrillic", "ibm437",
        "ibm850",       "ibm852",       "johab",        "viscii"}) {
    EXPECT_NE(read("", label), "unknown") << label;
    for (int byte = 0; byte < 256; ++byte)
      EXPECT_TRUE(utf8::valid(read(std::string(3, static_cast<char>(byte)), label)));
  }
}

TEST(Charset, supersets_read_what_mail_programs_write) {
  EXPECT_EQ(read("\x9b\xd1\xb2\xbb\x81\x39\xee\x39", "gb2312"), "浹不㐀");  // GBK, and four bytes of GB18030.
  EXPECT_EQ(read("\xb0\xa1\x8c\x63", "ks_c_5601-1987"), "가똠");            // CP949 beyond KS X 1001.
  EXPECT_EQ(read("\xa4\xa4\xf9\xd6\x87\x40", "big5"), "中碁䏰");            // With ETEN and HKSCS.
  EXPECT_EQ(read("\x93quote\x94 \x80 5 \x96 x", "iso-8859-1"), "“quote” € 5 – x");
  EXPECT_EQ(read("\x87\x40\xfa\x40", "windows-31j"), "①ⅰ");
  EXPECT_EQ(read("\x1b$B%a!<%k-!\x1b(B end", "iso-2022-jp"), "メール① end");
  EXPECT_EQ(read("\x1b(I1\x1b(B", "iso-2022-jp"), "ｱ");
  EXPECT_EQ(read("\x1b$)C\x0e"
                 "0!\x0f end",
                 "iso-2022-kr"),
            "가 end");
  EXPECT_EQ(read("a ~{VPND~} ~~ b", "hz-gb-2312"), "a 中文 ~ b");
  EXPECT_EQ(read("Hi +ZeVYMUBA-!", "unicode-1-1-utf-7"), "Hi 日報䁀!");
  EXPECT_EQ(read(std::string("\xFF\xFE-N\x87\x65", 6), "utf-16"), "中文");
  EXPECT_EQ(read(std::string("\xFE\xFFN-e\x87", 6), "utf-16"), "中文");
}

TEST(Charset, counts_what_does_not_fit) {
  const auto broken = to_utf8("a\xff\xc3\xa4\xc3", "utf-8");
  EXPECT_EQ(broken->text, "a\xEF\xBF\xBDä\xEF\xBF\xBD");
  EXPECT_EQ(broken->faults, 2U);
  EXPECT_EQ(to_utf8("\xb2\xbb\xff\xb2\xbb", "gbk")->faults, 1U);
  EXPECT_EQ(to_utf8("\xb2\xbb", "gbk")->faults, 0U);
}

// The languages in which mail servers answer, in the encodings in which they do.
TEST(Charset, guesses_the_usual_encodings_of_servers_replies) {
  EXPECT_EQ(guessed("550 Empf\xe4nger unbekannt"), "550 Empfänger unbekannt");
  EXPECT_EQ(guessed("Postfach \xfc"
                    "berf\xfcllt, Gr\xf6\xdf"
                    "e"),
            "Postfach überfüllt, Größe");
  EXPECT_EQ(guessed("adresse rejet\xe9"
                    "e : utilisateur inconnu \xe0 ce domaine"),
            "adresse rejetée : utilisateur inconnu à ce domaine");
  EXPECT_EQ(guessed("buz\xf3n lleno; direcci\xf3n inv\xe1lida"), "buzón lleno; dirección inválida");
  EXPECT_EQ(guessed("caixa de correio n\xe3o existe, usu\xe1rio"), "caixa de correio não existe, usuário");
  EXPECT_EQ(guessed("la casella \xe8 piena"), "la casella è piena");
  EXPECT_EQ(guessed("postbus is vol, co\xf6rdinatie"), "postbus is vol, coördinatie");
  EXPECT_EQ(guessed("\xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda"), "邮箱不存在");
  EXPECT_EQ(guessed("550 User not found: \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda (mx1)"),
            "550 User not found: 用户不存在 (mx1)");
  EXPECT_EQ(guessed("\xa6\xac\xa5\xf3\xa4\x48\xab\x48\xbd\x63\xa4\x77\xba\xa1"), "收件人信箱已滿");
  EXPECT_EQ(guessed("\x1b$B%a!<%k\x1b(B"), "メール");
  EXPECT_EQ(
      guessed("\xa5\xe1\xa1\xbc\xa5\xeb\xa4\xac\xc7\xdb\xbf\xae\xa4\xc7\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3"),
      "メールが配信できません");
  EXPECT_EQ(
      guessed("\x83\x81\x81\x5b\x83\x8b\x82\xaa\x94\x7a\x90\x4d\x82\xc5\x82\xab\x82\xdc\x82\xb9\x82\xf1"),
      "メールが配信できません");
  EXPECT_EQ(guessed("\xcf\xee\xeb\xfc\xe7\xee\xe2\xe0\xf2\xe5\xeb\xfc \xed\xe5 \xed\xe0\xe9\xe4\xe5\xed"),
            "Пользователь не найден");
  EXPECT_EQ(guessed("\xf0\xcf\xcc\xd8\xda\xcf\xd7\xc1\xd4\xc5\xcc\xd8 \xce\xc5 \xce\xc1\xca\xc4\xc5\xce"),
            "Пользователь не найден");
}

TEST(Charset, guesses_utf8_that_was_cut_or_damaged_once) {
  EXPECT_EQ(guess("邮箱不存在"), "utf-8");
  EXPECT_EQ(guess("plain"), "utf-8");
  EXPECT_EQ(guess(std::string_view("邮箱不存在邮箱").substr(0, 20)), "utf-8");
  EXPECT_EQ(guess("邮箱不存\xff在邮箱邮箱"), "utf-8");
  EXPECT_EQ(guess("\xFF\xFE-N"), "utf-16");
}

TEST(Charset, guesses_nothing_without_evidence) {
  for (const char* bytes : {"\x81", "\x80\x81\x82\x83\x84\x8d", "\xff\xff\xff\xff\xff\xff\x8f\x81"})
    EXPECT_EQ(guessed(bytes), "no evidence") << bytes;
}

}  // namespace
}  // namespace sesame::charset
