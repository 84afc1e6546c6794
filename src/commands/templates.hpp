#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/api_client.hpp"

namespace sesame::commands {

struct RemoteTemplate {
  std::uint64_t id = 0;
  std::string name;
  std::uint64_t status = 0;
  std::int64_t created_s = 0;
};

/// All templates, the newest first.
Result<std::vector<RemoteTemplate>> all_templates(ApiClient& client);

/// The number of the template of that exact name or number. Errors: errors::kTemplateMissing,
/// errors::kTemplateAmbiguous (several have the name, or one has the name and another the number; facts
/// "value", "numbers"), those of ApiClient::call.
Result<std::uint64_t> find_template(ApiClient& client, const std::string& name_or_number);

/// The text of a part ("Html", "Text") of TemplateContent; "" when the template has no such part. Error: that
/// of decode_base64_lines.
Result<std::string> part_of(const boost::json::object& content, std::string_view name);

}  // namespace sesame::commands
