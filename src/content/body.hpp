#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "content/attachments.hpp"
#include "content/text_part.hpp"

namespace sesame::content {

/// The body of a mailing's letters: plain text, html with the files that it shows (multipart/related), other
/// forms of the text, all of these (multipart/alternative, RFC 2046 §5.1.4), with attachments around them
/// (multipart/mixed). Parts without a placeholder are encoded and joined once. Thread: any (const use).
class Body {
 public:
  Body() = default;
  /// An empty html or text is left out; at least one must not be empty.
  Body(PartSource html, PartSource text, std::span<const Attachment> attachments);

  /// The outermost Content-* fields.
  const std::string& headers() const { return headers_; }
  void append(std::string& out, const Filling& filling) const;
  std::size_t typical_bytes() const;

  /// Computes constant_hash() when all letters have the same body.
  void hash_constant();
  /// dkim::body_hash of every letter's body; empty when letters differ, or before hash_constant().
  const std::string& constant_hash() const { return constant_hash_; }

 private:
  struct Segment {
    std::string literal;
    std::shared_ptr<const TextPart> part;  // Stands behind the literal; null in the last segment.
  };

  static Body of_text(mime::TextKind kind, PartSource source);
  static Body of_form(const Attachment& file);
  static Body of_file(const Attachment& file, bool shown);
  static Body of_entity(mime::Entity entity);
  static Body of_parts(mime::MultipartKind kind, unsigned depth, std::span<const Body> parts);
  void add(std::string_view literal) { segments_.back().literal += literal; }
  void add(std::shared_ptr<const TextPart> part);
  bool varies() const { return segments_.size() > 1; }

  std::string headers_;
  std::vector<Segment> segments_{1};
  std::string constant_hash_;
};

}  // namespace sesame::content
