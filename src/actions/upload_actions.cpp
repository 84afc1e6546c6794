#include <memory>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "audience/errors.hpp"
#include "audience/prepare.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kUploadCodes[] = {
    {audience::errors::kGroupMissing, "OperationDenied.ReceiverNotExist"},
    {audience::errors::kGroupOperating, "OperationDenied.ReceiverIsOperating"},
    {audience::errors::kGroupUndoing, "OperationDenied.ReceiverIsOperating"},
    {audience::errors::kGroupFull, "LimitExceeded.ReceiverDetailCountLimit"},
    {audience::errors::kBatchEmpty, "MissingParameter.EmailsNecessary"},
    {audience::errors::kBatchTooLarge, "LimitExceeded.ReceiverDetailRequestLimit"},
    {audience::errors::kDataNotJson, "InvalidParameterValue.TemplateDataError"},
    {audience::errors::kDataNameIllegal, "InvalidParameterValue.TemplateDataError"},
    {audience::errors::kDataTooLong, "InvalidParameterValue.TemplateDataLenLimit"},
    {audience::errors::kDataHtml, "InvalidParameterValue.InValidTemplateData"},
    {audience::errors::kDataInconsistent, "InvalidParameterValue.TemplateDataInconsistent"},
    {audience::errors::kAddressMalformed, "InvalidParameterValue.ReceiverEmailInvalid"},
};

/// The part that both actions share: once prepared, an upload is accepted in one bulk job.
Work accept_upload(const Call& call, const UploadParts& parts, audience::PreparedUpload prepared) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("ReceiverId"));
  // A job is a std::function and must be copyable; the upload is not.
  auto upload = std::make_shared<audience::PreparedUpload>(std::move(prepared));
  return Work::bulk(
      [scope = call.scope, id, upload, &uploads = parts.uploads](storage::Writer& writer) -> Answer {
        const Result<audience::UploadCounts> counts = uploads.accept(writer, scope, id, *upload);
        if (!counts) return counts.error();
        return json::object{{"TotalCount", counts->total},
                            {"ValidCount", counts->valid},
                            {"TooLongCount", counts->too_long},
                            {"EmptyEmailCount", counts->empty},
                            {"RepeatCount", counts->repeat}};
      },
      [&merger = parts.merger] { merger.wake(); });
}

Result<Work> create_receiver_detail(Call& call, const UploadParts& parts) {
  const std::vector<std::string_view> addresses = Fields(call.parameters).text_views("Emails");
  Result<audience::PreparedUpload> prepared =
      audience::prepare_upload(parts.uploads.rules(), addresses, call.now_ms);
  if (!prepared) return std::move(prepared).error();
  return accept_upload(call, parts, std::move(*prepared));
}

Result<Work> create_receiver_detail_with_data(Call& call, const UploadParts& parts) {
  std::vector<audience::RowWithData> rows;
  for (const json::object* item : Fields(call.parameters).objects("Datas")) {
    const Fields row(*item);
    rows.push_back({row.text("Email"), row.text("TemplateData")});
  }
  Result<audience::PreparedUpload> prepared =
      audience::prepare_upload(parts.uploads.rules(), rows, call.now_ms);
  if (!prepared) return std::move(prepared).error();
  return accept_upload(call, parts, std::move(*prepared));
}

}  // namespace

void add_upload_actions(cloudapi::ActionTable& table, const UploadParts& parts) {
  table.add({.name = "CreateReceiverDetail",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return create_receiver_detail(call, parts); },
             .codes = kUploadCodes});
  table.add({.name = "CreateReceiverDetailWithData",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return create_receiver_detail_with_data(call, parts); },
             .codes = kUploadCodes});
}

}  // namespace sesame::actions
