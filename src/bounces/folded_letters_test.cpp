#include "bounces/folded_letters.hpp"

#include <gtest/gtest.h>

namespace sesame::bounces {
namespace {

TEST(FoldedLetters, have_neither_case_nor_accents) {
  EXPECT_EQ(fold_letters("Boîte PLEINE, ÉCHEC"), "boite pleine, echec");
  EXPECT_EQ(fold_letters("Größe Straße Œuvre Ærø"), "grosse strasse oeuvre aero");
  EXPECT_EQ(fold_letters("Użytkownik łódź, kullanıcı İŞ, ő"), "uzytkownik lodz, kullanici is, o");
  EXPECT_EQ(fold_letters("e\u0301cole"), "ecole") << "the accent as a letter of its own";
  EXPECT_EQ(fold_letters("ЯЩИК Учётной Ѓ"), "ящик учетной ѓ");
}

TEST(FoldedLetters, have_no_apostrophes_and_plain_blanks) {
  EXPECT_EQ(fold_letters("couldn\u2019t"), "couldnt");
  EXPECT_EQ(fold_letters("user\u00a0unknown\u2014full"), "user unknown full");
  EXPECT_EQ(fold_letters("mail\u00adbox\u200b"), "mailbox");
  EXPECT_EQ(fold_letters("邮箱：已满。"), "邮箱:已满 ");
  EXPECT_EQ(fold_letters("Ｕｓｅｒ　５５０"), "user 550");
}

TEST(FoldedLetters, are_the_same_where_there_is_no_case) {
  EXPECT_EQ(fold_letters("受信者 수신자 δεν"), "受信者 수신자 δεν");
  EXPECT_EQ(fold_letters(""), "");
  EXPECT_EQ(fold_letters("a\xff\xc3"), "a\xff\xc3") << "no UTF-8";
  EXPECT_EQ(fold_letters("\xe2\x80"), "\xe2\x80");
  EXPECT_EQ(fold_letters(std::string_view("\0\x80z", 3)), std::string_view("\0\x80z", 3));
}

}  // namespace
}  // namespace sesame::bounces
