#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::cloudapi {

/// The language of an answer's texts (X-TC-Language); English unless the request names zh-CN.
enum class Language { en, zh };

/// One text in both languages.
struct Text {
  std::string en, zh;
  const std::string& in(Language language) const { return language == Language::zh ? zh : en; }
};

enum class Type { string, boolean, uint64, int64, date, datetime, object, array };

/// The name of a type in error texts and help: "string", "integer", ...
std::string_view type_name(Type type);

/// One limit on the value of a field. The name of the kind is also its key in the JSON ("max", "max_items",
/// "one_of", ...) and the value of the fact `rule` in an error.
struct Rule {
  enum class Kind { min, max, min_length, max_length, max_bytes, min_items, max_items, one_of, pattern };
  Kind kind;
  std::int64_t bound = 0;           // Lengths count code points.
  std::vector<std::string> values;  // one_of; integers in decimal.
  std::string pattern;              // A name that patterns.hpp knows.
  std::string code;                 // "max_code": the code instead of InvalidParameterValue; may be empty.
  std::string setting;              // "max_items_setting": the setting that replaces the bound; may be empty.
};
std::string_view rule_name(Rule::Kind kind);
/// Whether the rule bounds the size of a list; each other rule of a list holds for its elements.
constexpr bool counts_items(Rule::Kind kind) {
  return kind == Rule::Kind::min_items || kind == Rule::Kind::max_items;
}

struct Structure;

struct Field {
  std::string name;
  Type type = Type::string;
  Type item = Type::string;              // For an array: the type of its elements.
  std::string of;                        // For an object or an array of objects: the structure's name.
  const Structure* structure = nullptr;  // The structure that `of` names; owned by the Description.
  bool required = false;
  bool empty_refused = false;  // Optional fields only: an empty value is not an absent one.
  bool nullable = false;       // Answers only: null is an ordinary value.
  bool personal = false;       // Holds the address of a person, or text that may name one.
  bool secret = false;         // A password or a key: no log keeps it.
  std::string required_code;   // The code instead of MissingParameter; may be empty.
  std::vector<Rule> rules;
  Text text;
};

struct Structure {
  std::string name;
  Text text;
  std::vector<Field> fields;
};

struct ActionDescription {
  /// A call's effect: `removes` is "delete" in the JSON; with `sends_mail`, mail leaves at once or later.
  enum class Effect { read, write, removes, sends_mail };
  std::string name, version, service;
  Effect effect = Effect::read;
  bool idempotent = false;  // Its calls may carry X-Sesame-Idempotency-Key.
  Text summary;
  std::vector<Field> input;
  std::vector<Field> output;        // Without RequestId, which every answer carries.
  std::vector<std::string> errors;  // The codes it may answer beside common_errors.
  std::string example_request;      // JSON text of the parameters.
  std::string example_response;     // JSON text of the members beside RequestId.
};

/// The word in the JSON and in documents: "read", "write", "delete", "sends_mail".
std::string_view effect_name(ActionDescription::Effect effect);

/// The whole API as the files under api/ describe it; immutable. Thread: any.
struct Description {
  struct Version {
    std::string service, version;
    Text title;
  };
  std::vector<Version> versions;
  std::vector<ActionDescription> actions;             // In the files' order.
  std::map<std::string, Structure> structures;        // Key: version/name.
  std::map<std::string, Text, std::less<>> errors;    // Key: a code.
  std::map<std::string, Text, std::less<>> rules;     // Key: rule_name(), a pattern's name, or another word.
  std::map<std::string, Text, std::less<>> remedies;  // Key: a code, or a code's category.
  std::map<std::string, std::string, std::less<>> phrases;  // Chinese, by the English that rooms write.
  std::vector<std::string> common_errors;  // The protocol's own codes, which every action may answer.

  bool has_version(std::string_view version) const;
};

/// The description, read once from the JSON that is compiled into the program. The first call throws
/// std::logic_error when the files are wrong; the unit test of this room finds that before. Thread: any.
const Description& description();

/// The service of a version; the cloud's for an unknown one. Thread: any.
std::string service_of(std::string_view version);

/// The JSON of the files under api/ as they are, the cloud's first.
std::span<const std::string_view> description_texts();

/// Finds an action by its exact name; nullptr when there is no such action. The pointer is valid for the life
/// of the program. Thread: any.
const ActionDescription* find_action(std::string_view version, std::string_view name);

/// The way to mend what a code says: its own remedy, else its category's (the part before the dot), else
/// InternalError's. Thread: any.
const Text& remedy_of(std::string_view code);

/// The public text for a code, its template (base/error_text.hpp) filled from `facts`; a fact that is missing
/// leaves the sentence readable. A code without a text has its category's (the part before its dot), then
/// InternalError's. The facts that texts use:
///   name   the field, header or variable, as a path (`Template.TemplateID`); synonym `field`
///   value  the given value (bytes, items or text); synonyms `domain`, `names` and `address`
///   limit  the exceeded bound        count  the number of items        index  the row of an upload
///   rule   the name of a rule in the description (replaced by its text), or an English phrase
///   at     the place of a fault in a body: a byte
///   type   the expected type                action, version, service, request_id   of the call
/// A value is cut after 120 code points; control characters become spaces. Thread: any.
std::string error_text(std::string_view code, Language language, std::span<const Error::Fact> facts);

/// A sentence of a lower room, which speaks English, in the caller's language: an address's fault, why a mail
/// was withheld. Details in brackets at its end stay as they are; an unknown sentence is returned unchanged.
/// Thread: any.
std::string phrase_in(Language language, std::string_view english);

/// The text that an error's name declares, filled in the same way. Thread: any.
std::string error_text(const ErrorText& text, Language language, std::span<const Error::Fact> facts);

}  // namespace sesame::cloudapi
