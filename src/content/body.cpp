#include "content/body.hpp"

#include <utility>

#include "dkim/signer.hpp"

namespace sesame::content {
namespace {

// A boundary need not be random: boundary_for promises that no encoded part can contain it.
constexpr std::uint64_t kBoundarySeed = 0x5e5a3e;

}  // namespace

Body::Body(PartSource html, PartSource text, std::span<const Attachment> attachments) {
  const auto is_shown = [has_html = !html.empty()](const Attachment& file) {
    return has_html && file.place == FilePlace::attached && mime::valid_content_id(file.content_id);
  };
  std::vector<Body> texts, related, mixed;
  // The last one is the preferred one (RFC 2046 §5.1.4).
  if (!text.empty()) texts.push_back(of_text(mime::TextKind::plain, std::move(text)));
  if (!html.empty()) related.push_back(of_text(mime::TextKind::html, std::move(html)));
  for (const Attachment& file : attachments) {
    if (is_shown(file)) related.push_back(of_file(file, true));
  }
  const auto add_forms = [&](FilePlace place) {
    for (const Attachment& file : attachments) {
      if (file.place == place) texts.push_back(of_form(file));
    }
  };
  add_forms(FilePlace::before_html);
  if (!related.empty())
    texts.push_back(related.size() == 1 ? std::move(related.front())
                                        : of_parts(mime::MultipartKind::related, 2, related));
  add_forms(FilePlace::behind_html);
  Body whole =
      texts.size() == 1 ? std::move(texts.front()) : of_parts(mime::MultipartKind::alternative, 1, texts);
  mixed.push_back(std::move(whole));
  for (const Attachment& file : attachments) {
    if (file.place == FilePlace::attached && !is_shown(file)) mixed.push_back(of_file(file, false));
  }
  whole = mixed.size() == 1 ? std::move(mixed.front()) : of_parts(mime::MultipartKind::mixed, 0, mixed);
  *this = std::move(whole);
}

Body Body::of_text(mime::TextKind kind, PartSource source) {
  Body body;
  if (source.constant()) {
    mime::Entity entity = mime::text_entity(kind, source.literal());
    body.headers_ = std::move(entity.headers);
    body.add(entity.body);
  } else {
    auto part = std::make_shared<const TextPart>(kind, std::move(source));
    body.headers_ = part->headers();
    body.add(std::move(part));
  }
  return body;
}

Body Body::of_form(const Attachment& file) {
  return of_entity(mime::alternative_entity(file.bytes, file.content_type));
}

Body Body::of_file(const Attachment& file, bool shown) {
  const std::string_view content_id = shown ? std::string_view(file.content_id) : std::string_view();
  return of_entity(mime::file_entity({file.file_name, file.content_type, content_id}, file.bytes));
}

Body Body::of_entity(mime::Entity entity) {
  Body body;
  body.headers_ = std::move(entity.headers);
  body.add(entity.body);
  return body;
}

Body Body::of_parts(mime::MultipartKind kind, unsigned depth, std::span<const Body> parts) {
  const std::string boundary = mime::boundary_for(kBoundarySeed, depth);
  Body body;
  body.headers_ = mime::multipart_headers(kind, boundary);
  for (const Body& part : parts) {
    body.add("--" + boundary + "\r\n" + part.headers_ + "\r\n");
    for (const Segment& segment : part.segments_) {
      body.add(segment.literal);
      if (segment.part) body.add(segment.part);
    }
    // A boundary needs a line end of its own before it (RFC 2046 §5.1.1), and this part may be rendered
    // empty.
    if (part.varies() || part.segments_.back().literal.empty()) body.add("\r\n");
  }
  body.add("--" + boundary + "--\r\n");
  return body;
}

void Body::add(std::shared_ptr<const TextPart> part) {
  segments_.back().part = std::move(part);
  segments_.emplace_back();
}

void Body::append(std::string& out, const Filling& filling) const {
  for (const Segment& segment : segments_) {
    out += segment.literal;
    if (segment.part) segment.part->append_body(out, filling);
  }
}

std::size_t Body::typical_bytes() const {
  std::size_t bytes = 0;
  for (const Segment& segment : segments_)
    bytes += segment.literal.size() + (segment.part ? segment.part->typical_bytes() : 0);
  return bytes;
}

void Body::hash_constant() {
  if (!varies()) constant_hash_ = dkim::body_hash(segments_.front().literal);
}

}  // namespace sesame::content
