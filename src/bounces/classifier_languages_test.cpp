#include <gtest/gtest.h>
#include <iconv.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/charset.hpp"
#include "bounces/classifier.hpp"

// Servers and providers write in their users' languages.
namespace sesame::bounces {
namespace {

struct ReplyCase {
  BounceClass meaning;
  std::string_view reply;
};

using enum BounceClass;

constexpr ReplyCase kReplyCases[] = {
    {hard_unknown_user, "Die Adresse des Empfängers ist unbekannt"},
    {hard_unknown_user, "L\u2019adresse n\u2019existe pas"},
    {hard_unknown_user, "UTILISATEUR INCONNU"},
    {hard_unknown_user, "La dirección de correo no existe"},
    {hard_unknown_user, "L'indirizzo non esiste"},
    {hard_unknown_user, "O endereço não existe"},
    {hard_unknown_user, "Het adres bestaat niet"},
    {hard_unknown_user, "Adressen finns inte"},
    {hard_unknown_user, "Konto użytkownika nie istnieje"},
    {hard_unknown_user, "Такого пользователя нет"},
    {hard_unknown_user, "收件人地址（ann@shop.test）不存在，无法投递"},
    {hard_unknown_user, "指定されたユーザーは存在しません"},
    {hard_unknown_user, "수신자 메일 주소가 존재하지 않습니다"},
    {hard_unknown_domain, "Domain existiert nicht"},
    {hard_unknown_domain, "收件人域名不存在"},
    {hard_other, "该邮箱已停用"},
    {hard_other, "Le compte est désactivé"},
    {hard_other, "Esta cuenta ha sido suspendida"},
    {soft_mailbox_full, "Postfach überfüllt"},
    {soft_mailbox_full, "BOÎTE AUX LETTRES PLEINE"},
    {soft_mailbox_full, "El buzón del destinatario está lleno"},
    {soft_mailbox_full, "La casella del destinatario è piena"},
    {soft_mailbox_full, "A caixa de correio do destinatário está cheia"},
    {soft_mailbox_full, "De mailbox van de ontvanger is vol"},
    {soft_mailbox_full, "Skrzynka odbiorcy jest pełna"},
    {soft_mailbox_full, "Почтовый ящик переполнен"},
    {soft_mailbox_full, "收件人邮箱已满"},
    {soft_mailbox_full, "受信者のメールボックスがいっぱいです"},
    {soft_mailbox_full, "수신자의 메일함 용량이 초과되었습니다"},
    {soft_too_big, "Die Nachricht ist zu groß"},
    {soft_too_big, "Message trop volumineux"},
    {soft_too_big, "邮件大小超过收件方限制"},
    {soft_too_big, "メッセージのサイズが大きすぎます"},
    {soft_temporary, "Der Server ist vorübergehend nicht erreichbar"},
    {soft_temporary, "Inténtelo de nuevo más tarde"},
    {soft_temporary, "服务器忙，请稍后再试"},
    {policy_rate, "发送太频繁，请稍后再试"},
    {policy_spam, "Message rejeté : contenu indésirable"},
    {policy_spam, "您的域名被列入黑名单"},
    {policy_spam, "스팸 메일로 판단되어 차단되었습니다"},
};

TEST(Replies, mean_the_same_in_other_languages) {
  for (const ReplyCase& said : kReplyCases) {
    const Classification found = classify_reply(said.reply);
    EXPECT_EQ(name_of(found.bounce_class), name_of(said.meaning)) << said.reply << " (" << found.rule << ")";
  }
}

/// nullopt when the encoding lacks a character of the text.
std::optional<std::string> encoded(std::string_view text, const char* encoding) {
  const iconv_t converter = iconv_open(encoding, "UTF-8");
  std::string out(text.size() * 4 + 16, '\0');
  std::string copy(text);
  char* in_at = copy.data();
  char* out_at = out.data();
  std::size_t in_left = copy.size();
  std::size_t out_left = out.size();
  const bool whole = iconv(converter, &in_at, &in_left, &out_at, &out_left) == 0 &&
                     iconv(converter, nullptr, nullptr, &out_at, &out_left) == 0;
  iconv_close(converter);
  if (!whole) return std::nullopt;
  out.resize(out.size() - out_left);
  return out;
}

bool has_any(std::string_view text, char32_t first, char32_t last) {
  // The tests' texts are valid, of one to three bytes a character.
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : 3;
    char32_t character = size == 1 ? byte : byte & (size == 2 ? 0x1Fu : 0x0Fu);
    for (std::size_t more = 1; more < size; ++more) character = character << 6 | (text[at + more] & 0x3F);
    if (character >= first && character <= last) return true;
    at += size;
  }
  return false;
}

/// The encodings in which servers of the text's language write.
std::vector<const char*> usual_encodings(std::string_view text) {
  if (has_any(text, 0x3041, 0x30FF)) return {"EUC-JP", "CP932", "ISO-2022-JP"};
  if (has_any(text, 0xAC00, 0xD7A3)) return {"EUC-KR"};
  if (has_any(text, 0x4E00, 0x9FFF)) return {"GB2312", "BIG5"};
  if (has_any(text, 0x0400, 0x04FF)) return {"CP1251", "KOI8-U"};
  if (has_any(text, 0x0370, 0x03FF)) return {"CP1253", "ISO-8859-7"};
  if (encoded(text, "CP1252")) return {"CP1252"};
  if (encoded(text, "CP1254")) return {"CP1254", "ISO-8859-9"};
  return {"CP1250", "ISO-8859-2"};
}

TEST(Replies, are_read_in_the_usual_encodings_of_their_languages) {
  std::vector<std::string> texts;
  for (const ReplyCase& said : kReplyCases) texts.emplace_back(said.reply);
  for (const char* more : {"550 5.1.1 Użytkownik nieznany",
                           "550 Skrzynka pocztowa przepełniona",
                           "Brak takiego użytkownika",
                           "550 5.1.1 Kullanıcı bulunamadı",
                           "Hesap kapatılmış",
                           "550 5.2.2 Posta kutusu dolmuş",
                           "550 5.1.1 Η διεύθυνση δεν υπάρχει",
                           "Το γραμματοκιβώτιο είναι γεμάτο",
                           "Користувача не існує",
                           "Поштова скринька переповнена",
                           "550 5.1.1 Пользователь не найден",

                           "550 5.1.1 존재하지 않는 사용자입니다",
                           "550 바이러스 발견",
                           "550 病毒",
                           "此郵箱不存在",
                           "郵箱已滿，請稍後再試",
                           "550 User unknown; ユーザー不明",
                           "Mottagaren är okänd",
                           "Modtageren blev ikke fundet, prøv på ny",
                           "Postilaatikko on täynnä",
                           "El buzón está lleno. ¿Quizá más tarde?",
                           "Usuário desconhecido",
                           "Le cœur du problème : boîte pleine, à 5 m³",
                           "Größe überschritten – maximal „5 MB“"})
    texts.emplace_back(more);
  std::size_t tried = 0;
  for (const std::string& text : texts) {
    if (ascii::is_ascii(text)) continue;
    for (const char* encoding : usual_encodings(text)) {
      const std::optional<std::string> bytes = encoded(text, encoding);
      if (!bytes) continue;
      ++tried;
      const auto label = charset::guess(*bytes);
      ASSERT_TRUE(label) << text << " in " << encoding;
      EXPECT_EQ(charset::to_utf8(*bytes, *label)->text, text) << encoding << " read as " << *label;
    }
  }
  EXPECT_GT(tried, 60U);
}

TEST(Replies, suppress_by_vague_words_only_with_a_matching_code) {
  for (const char* reply :
       {"550 not recognized", "550 5.7.1 your domain is not registered", "550 5.7.1 all recipients rejected",
        "550 la página no existe", "550 mailbox unavailable", "550 no such domain",
        "550 5.7.1 the domain does not exist"}) {
    EXPECT_FALSE(suppresses(classify_reply(reply))) << reply;
  }
  for (const char* reply :
       {"550 5.1.1 not recognized", "550 5.1.1 la cuenta no existe", "550 5.1.1 mailbox unavailable",
        "550 5.1.2 no such domain", "550 5.5.0 Requested action not taken: mailbox unavailable"}) {
    EXPECT_TRUE(suppresses(classify_reply(reply))) << reply;
  }
}

}  // namespace
}  // namespace sesame::bounces
