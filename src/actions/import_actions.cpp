#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "audience/errors.hpp"
#include "audience/import_rows.hpp"
#include "audience/imports.hpp"
#include "base/beijing_time.hpp"
#include "base/id_text.hpp"
#include "base/utf8.hpp"
#include "campaigns/tasks.hpp"

namespace sesame::actions {

namespace json = boost::json;
using audience::RowVerdict;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kImportCodes[] = {
    {audience::errors::kGroupMissing, "OperationDenied.ReceiverNotExist"},
    {audience::errors::kGroupOperating, "OperationDenied.ReceiverIsOperating"},
    {audience::errors::kGroupUndoing, "OperationDenied.ReceiverIsOperating"},
    {audience::errors::kGroupFull, "LimitExceeded.ReceiverDetailCountLimit"},
    {audience::errors::kBatchEmpty, "MissingParameter.EmailsNecessary"},
    {audience::errors::kBatchTooLarge, "LimitExceeded.ReceiverDetailRequestLimit"},
    {audience::errors::kDataInconsistent, "InvalidParameterValue.TemplateDataInconsistent"},
    {audience::errors::kImportMissing, "ResourceNotFound"},
    {audience::errors::kImportOver, "OperationDenied"},
    {audience::errors::kPartUnexpected, "OperationDenied"},
    {audience::errors::kPartUnnamed, "MissingParameter"},
    {audience::errors::kPartDiffers, "OperationDenied"},
    {audience::errors::kRowsAmbiguous, "InvalidParameter"},
    {audience::errors::kImportFull, "LimitExceeded"},
    {audience::errors::kVerdictsFull, "LimitExceeded"},
    {audience::errors::kTokenTaken, "OperationDenied"},
    {audience::errors::kUndoTooLate, "OperationDenied"},
    {audience::errors::kImportUndone, "OperationDenied"},
    {audience::errors::kNotUndoing, "OperationDenied"},
};

constexpr std::uint64_t kRowsDefault = 1000;

std::string_view name_of(audience::ImportState state) {
  constexpr std::string_view kNames[] = {"open", "finished", "undone", "stopped", "undoing", "undoing"};
  return kNames[static_cast<std::size_t>(state)];
}

/// The six counters that each row falls into.
std::string_view name_of(RowVerdict verdict) {
  switch (verdict) {
    case RowVerdict::valid:
      return "valid";
    case RowVerdict::invalid:
    case RowVerdict::left_out:
      return "invalid";
    case RowVerdict::repeat_in_part:
    case RowVerdict::repeat:
      return "repeat";
    case RowVerdict::empty:
      return "empty";
    case RowVerdict::too_long:
      return "too_long";
    default:
      return "refused";
  }
}

json::object encode_import(const audience::Import& import) {
  return {{"ImportId", import.id},
          {"ReceiverId", import.group_id},
          {"FileName", import.file_name},
          {"FileBytes", import.file_bytes},
          {"Author", import.author},
          {"LeaveOutMalformed", import.leave_out},
          {"State", name_of(import.state)},
          {"CreateTime", format_beijing_time(import.created_ms)},
          {"UpdateTime", format_beijing_time(import.changed_ms)},
          {"UndoUntil", format_beijing_time(import.undo_until_ms())},
          {"PartCount", import.parts},
          {"TotalCount", import.counts.total},
          {"ValidCount", import.counts.valid},
          {"InvalidCount", import.counts.invalid},
          {"TooLongCount", import.counts.too_long},
          {"EmptyEmailCount", import.counts.empty},
          {"RepeatCount", import.counts.repeat},
          {"RefusedCount", import.counts.refused},
          {"AddedCount", import.counts.added},
          {"RemovedCount", import.removed}};
}

Answer answer_of(const Result<audience::Import>& import) {
  if (!import) return import.error();
  return json::object{{"Import", encode_import(*import)}};
}

std::int64_t id_in(const Call& call, std::string_view name) {
  return static_cast<std::int64_t>(Fields(call.parameters).number(name));
}

/// One call of ImportRecipients, decoded. Shared between the copies of its job.
struct ImportCall {
  audience::ImportPart part;
  std::string file_name;
  std::string author;
  std::string client_token;
  audience::NewImport wanted;  // For a call that begins; its views are the texts above.
  std::unique_ptr<audience::PreparedPart> rows;
};

std::vector<audience::RowWithData> rows_of(const Fields& fields) {
  std::vector<audience::RowWithData> rows;
  if (fields.has("Datas")) {
    for (const json::object* item : fields.objects("Datas")) {
      const Fields row(*item);
      rows.push_back({row.text("Email"), row.text("TemplateData")});
    }
  } else {
    for (const std::string_view address : fields.text_views("Emails")) rows.push_back({address, {}});
  }
  return rows;
}

Result<std::unique_ptr<audience::PreparedPart>> prepare_rows(const Call& call, const ImportParts& parts,
                                                             std::span<const audience::RowWithData> rows) {
  const Fields fields(call.parameters);
  const audience::PartTarget target{.import_id = id_in(call, "ImportId"),
                                    .group_id = id_in(call, "ReceiverId"),
                                    .leave_out = fields.flag("LeaveOutMalformed")};
  Result<audience::PartRules> rules = parts.database.get<audience::PartRules>(
      [&](storage::Reader& reader) { return audience::read_part_rules(reader, call.scope, target); });
  if (!rules) return std::move(rules).error();
  rules->with_data = fields.has("Datas");
  Result<audience::PreparedPart> prepared =
      audience::prepare_part(parts.uploads.rules(), rows, *rules, call.now_ms);
  if (!prepared) return std::move(prepared).error();
  return std::make_unique<audience::PreparedPart>(std::move(*prepared));
}

Result<std::shared_ptr<const ImportCall>> decode_import(const Call& call, const ImportParts& parts) {
  const Fields fields(call.parameters);
  const auto decoded = std::make_shared<ImportCall>();
  if (!fields.has("ImportId") && !fields.has("ReceiverId"))
    return Error(audience::errors::kGroupMissing).with("value", "0");
  if (fields.has("Emails") && fields.has("Datas")) return Error(audience::errors::kRowsAmbiguous);
  decoded->part = {.import_id = id_in(call, "ImportId"),
                   .number = static_cast<std::uint32_t>(fields.number("Part")),
                   .first_line = fields.number("FirstLine"),
                   .last = fields.flag("Last")};
  decoded->file_name = utf8::mended_to_store(fields.text("FileName"));
  decoded->author = caller_name(call);
  decoded->client_token = utf8::mended_to_store(fields.text("ClientToken"));
  decoded->wanted = {.group_id = id_in(call, "ReceiverId"),
                     .file_name = decoded->file_name,
                     .file_bytes = static_cast<std::int64_t>(fields.number("FileBytes")),
                     .author = decoded->author,
                     .client_token = decoded->client_token,
                     .leave_out = fields.flag("LeaveOutMalformed"),
                     .recipients = fields.number("RecipientCount")};
  const std::vector<audience::RowWithData> rows = rows_of(fields);
  if (!rows.empty()) {
    Result<std::unique_ptr<audience::PreparedPart>> prepared = prepare_rows(call, parts, rows);
    if (!prepared) return std::move(prepared).error();
    decoded->rows = std::move(*prepared);
    const bool begins = decoded->part.import_id == 0;
    if (begins && decoded->part.number == 0) decoded->part.number = 1;
    if (decoded->part.first_line == 0) decoded->part.first_line = 1;
  }
  return std::shared_ptr<const ImportCall>(decoded);
}

Result<Work> import_recipients(Call& call, const ImportParts& parts) {
  const auto decoded = decode_import(call, parts);
  if (!decoded) return decoded.error();
  return Work::bulk(
      [scope = call.scope, now_ms = call.now_ms, one = *decoded, &uploads = parts.uploads,
       options = parts.options](storage::Writer& writer) -> Answer {
        audience::ImportPart part = one->part;
        if (part.import_id == 0) {
          const auto begun = audience::begin_import(writer, scope, one->wanted, options, now_ms);
          if (!begun) return begun.error();
          part.import_id = begun->id;
        }
        const Result<audience::Import> import =
            audience::add_part(writer, uploads, scope, part, one->rows.get(), now_ms);
        if (!import) return import.error();
        return json::object{{"Import", encode_import(*import)},
                            {"RoomCount", audience::room_in(writer, import->group_id, options)}};
      },
      [&merger = parts.merger] { merger.wake(); });
}

Result<Work> list_imports(Call& call) {
  const Fields fields(call.parameters);
  return Work::read([scope = call.scope, group_id = id_in(call, "ReceiverId"),
                     offset = static_cast<std::uint64_t>(fields.offset()),
                     limit = fields.page_limit()](storage::Reader& reader) -> Answer {
    const audience::ImportPage page = audience::list_imports(reader, scope, group_id, offset, limit);
    json::array data;
    for (const audience::Import& import : page.imports) data.push_back(encode_import(import));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

json::object encode_row(const audience::ImportRow& row, cloudapi::Language language) {
  return {{"Number", row.number},
          {"Line", row.line},
          {"Email", row.address},
          {"Verdict", name_of(row.verdict)},
          {"Reason", cloudapi::phrase_in(language, row.reason)},
          {"MatchLine", row.match_line},
          {"MatchEmailId", row.match_id}};
}

Result<Work> get_import(Call& call) {
  const Fields fields(call.parameters);
  const audience::ImportRowFilter filter{.after = fields.number("After"),
                                         .limit = fields.has("Limit") ? fields.number("Limit") : kRowsDefault,
                                         .odd_only = fields.flag("OddOnly")};
  return Work::read([scope = call.scope, id = id_in(call, "ImportId"), filter,
                     with_rows = fields.flag("WithRows"),
                     language = call.language](storage::Reader& reader) -> Answer {
    const Result<audience::Import> import = audience::find_import(reader, scope, id);
    if (!import) return import.error();
    audience::ImportRowPage page;
    if (with_rows) {
      Result<audience::ImportRowPage> read = audience::list_import_rows(reader, *import, filter);
      if (!read) return std::move(read).error();
      page = std::move(*read);
    }
    json::array rows;
    for (const audience::ImportRow& row : page.rows) rows.push_back(encode_row(row, language));
    return json::object{
        {"Import", encode_import(*import)}, {"Rows", std::move(rows)}, {"NextAfter", page.next_after}};
  });
}

Result<Work> undo_import(Call& call, audience::Merger& merger) {
  const bool stop = Fields(call.parameters).flag("Stop");
  return Work::write(
      [scope = call.scope, id = id_in(call, "ImportId"), stop,
       now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        if (stop) return answer_of(audience::stop_undo(writer, scope, id));
        const Result<audience::Import> import = audience::begin_undo(writer, scope, id, now_ms);
        // A run still reads the recipients. The refusal rolls everything back.
        if (import && campaigns::group_is_mailed(writer, import->group_id))
          return Error(audience::errors::kGroupOperating).with("value", id_text(import->group_id));
        return answer_of(import);
      },
      [&merger] { merger.wake(); });
}

}  // namespace

void add_import_actions(cloudapi::ActionTable& table, const ImportParts& parts) {
  // Heavy: what the rows are prepared with is read before.
  table.add({.name = "ImportRecipients",
             .version = kOwnVersion,
             .heavy = true,
             .prepare = [parts](Call& call) { return import_recipients(call, parts); },
             .codes = kImportCodes});
  table.add({.name = "ListImports", .version = kOwnVersion, .prepare = list_imports, .codes = kImportCodes});
  table.add({.name = "GetImport", .version = kOwnVersion, .prepare = get_import, .codes = kImportCodes});
  table.add({.name = "UndoImport",
             .version = kOwnVersion,
             .prepare = [&merger = parts.merger](Call& call) { return undo_import(call, merger); },
             .codes = kImportCodes});
}

}  // namespace sesame::actions
