#pragma once

#include "effects/mail_book.hpp"

namespace sesame::server {

/// The mails as the delivery's rows and the campaigns know them.
class MailBook final : public effects::MailBook {
 public:
  std::optional<effects::StoredMail> find(storage::Reader& reader, const accounts::MailId& ref) override;
  bool may_come(storage::Reader& reader, const accounts::MailId& ref) override;
  bool mark(storage::Writer& writer, const effects::StoredMail& mail, effects::MailMark mark) override;
  bool mark_bounced(storage::Writer& writer, const effects::StoredMail& mail,
                    std::string_view reason) override;
};

}  // namespace sesame::server
