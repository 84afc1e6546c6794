#include <gtest/gtest.h>

#include <string_view>

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
