#include "dkim/signer.hpp"

#include <iterator>
#include <vector>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "dkim/canonical.hpp"
#include "dkim/digest.hpp"

namespace sesame::dkim {
namespace {

struct SignedName {
  std::string_view name;
  bool once_more;  // Named once more than present.
};

// RFC 6376 §5.4.1, with the fields that receivers act on today: RFC 8058 §4 (unsubscribing), RFC 9477
// (feedback address).
constexpr SignedName kSignedNames[] = {
    {"From", true},
    {"Sender", true},
    {"Reply-To", true},
    {"To", true},
    {"Cc", true},
    {"Subject", true},
    {"Date", true},
    {"Message-ID", true},
    {"In-Reply-To", false},
    {"References", false},
    {"MIME-Version", true},
    {"Content-Type", true},
    {"Content-Transfer-Encoding", true},
    {"Content-ID", false},
    {"List-Id", false},
    {"List-Unsubscribe", true},
    {"List-Unsubscribe-Post", true},
    {"Feedback-ID", false},
    {"CFBL-Address", false},
    {"CFBL-Feedback-ID", false},
    {"Resent-Date", false},
    {"Resent-From", false},
    {"Resent-Sender", false},
    {"Resent-To", false},
    {"Resent-Cc", false},
    {"Resent-Message-ID", false},
};
constexpr std::size_t kNames = std::size(kSignedNames);
constexpr std::size_t kMaxLineBytes = 76;

bool same_name(std::string_view field_name, std::string_view name) {
  if (field_name.size() != name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (ascii::to_lower(field_name[i]) != ascii::to_lower(name[i])) return false;
  }
  return true;
}

// The position of a field in kSignedNames; kNames when it is not signed.
std::size_t place_of(std::string_view field) {
  std::string_view name = field.substr(0, field.find(':'));
  name = name.substr(0, name.find_last_not_of(" \t") + 1);
  for (std::size_t i = 0; i < kNames; ++i) {
    if (same_name(name, kSignedNames[i].name)) return i;
  }
  return kNames;
}

// The size of the first field of `fields`, with its continuation lines and line end.
std::size_t field_size(std::string_view fields) {
  std::size_t end = fields.find("\r\n");
  while (end != std::string_view::npos && end + 2 < fields.size() && is_blank(fields[end + 2])) {
    end = fields.find("\r\n", end + 2);
  }
  return end == std::string_view::npos ? fields.size() : end + 2;
}

struct Field {
  std::size_t place;
  std::string_view text;
};

std::vector<Field> signed_fields(std::string_view header_fields) {
  std::vector<Field> fields;
  fields.reserve(kNames);
  while (!header_fields.empty() && !header_fields.starts_with("\r\n")) {
    const std::string_view text = header_fields.substr(0, field_size(header_fields));
    const std::size_t place = place_of(text);
    if (place < kNames) fields.push_back({place, text});
    header_fields.remove_prefix(text.size());
  }
  return fields;
}

// Appends `text`, on a new line when this one has no room; `line` is the start of the line in `out`.
void append_folding(std::string& out, std::size_t& line, std::string_view text) {
  if (out.size() - line + text.size() > kMaxLineBytes) {
    out += "\r\n ";
    line = out.size() - 1;
  }
  out += text;
}

}  // namespace

std::string body_hash(std::string_view body) {
  Digest digest;
  for_relaxed_body(body, [&digest](std::string_view piece) { digest.add(piece); });
  return encode_base64(digest.finish());
}

Signer::Signer(std::string domain, std::string selector, std::shared_ptr<const PrivateKey> key)
    : domain_(std::move(domain)), selector_(std::move(selector)), key_(std::move(key)) {}

std::string Signer::header_for(std::string_view message, std::int64_t now_s) const {
  const std::size_t end = message.find("\r\n\r\n");
  if (end == std::string_view::npos) return header_for(message, sesame::dkim::body_hash({}), now_s);
  return header_for(message.substr(0, end + 2), sesame::dkim::body_hash(message.substr(end + 4)), now_s);
}

std::string Signer::header_for(std::string_view header_fields, std::string_view body_hash,
                               std::int64_t now_s) const {
  const std::vector<Field> fields = signed_fields(header_fields);
  std::string signature = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;";
  std::size_t line = 0;
  append_folding(signature, line, " d=" + domain_ + ';');
  append_folding(signature, line, " s=" + selector_ + ';');
  append_folding(signature, line, " t=" + std::to_string(now_s) + ';');
  append_folding(signature, line, " x=" + std::to_string(now_s + kSignatureLifetimeS) + ';');
  std::string to_sign;
  to_sign.reserve(header_fields.size() + 1024);
  std::string_view before = " h=";
  for (std::size_t place = 0; place < kNames; ++place) {
    const auto name_once = [&] {
      append_folding(signature, line, std::string(before).append(kSignedNames[place].name));
      before = ":";
    };
    // RFC 6376 §5.4.2: fields of one name are signed from the bottom up.
    for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
      if (field->place != place) continue;
      append_relaxed_header(to_sign, field->text);
      to_sign += "\r\n";
      name_once();
    }
    if (kSignedNames[place].once_more) name_once();
  }
  signature += ';';
  append_folding(signature, line, std::string(" bh=").append(body_hash) + ';');
  append_folding(signature, line, " b=");
  // RFC 6376 §3.7: the signature covers its own field with an empty b= and without the line end.
  append_relaxed_header(to_sign, signature);
  Digest digest;
  digest.add(to_sign);
  const std::string bytes = encode_base64(key_->sign_digest(digest.finish()));
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t used = signature.size() - line;
    const std::size_t room = used < kMaxLineBytes ? kMaxLineBytes - used : 0;
    signature += rest.substr(0, room);
    rest.remove_prefix(std::min(room, rest.size()));
    if (rest.empty()) break;
    signature += "\r\n ";
    line = signature.size() - 1;
  }
  return signature += "\r\n";
}

}  // namespace sesame::dkim
