#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "actions/errors.hpp"
#include "actions/mail_fields.hpp"
#include "base/errors.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/schedule.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/send_codes.hpp"

/// The parameters of BatchSendEmail, which the dry run takes, too. Thread: any.
namespace sesame::actions {

/// The codes of actions on send tasks.
inline constexpr auto kTaskCodes = cloudapi::send_codes<&cloudapi::SendCode::batch_send_email>(
    std::to_array<cloudapi::ErrorCode>({{campaigns::errors::kTaskMissing, "ResourceNotFound"},
                                        {campaigns::errors::kTaskEnded, "OperationDenied"},
                                        {campaigns::errors::kNoStartToCome, "OperationDenied"},
                                        {campaigns::errors::kRunUnfinished, "OperationDenied"},
                                        {campaigns::errors::kRecipientsExpired, "ResourceNotFound"},
                                        {campaigns::errors::kContentExpired, "ResourceNotFound"},
                                        {campaigns::errors::kDryRunMissing, "ResourceNotFound"},
                                        {campaigns::errors::kDryRunsUnderWay, "RequestLimitExceeded"},
                                        {campaigns::errors::kNobodyInStates, "OperationDenied"},
                                        {errors::kTimedMissing, "MissingParameter.TimedParamNecessary"},
                                        {errors::kCycleMissing, "MissingParameter.CycleParamNecessary"},
                                        {errors::kNothingToChange, "MissingParameter"},
                                        {errors::kBeginPast, "InvalidParameterValue.BeginTimeBeforeNow"},
                                        {sesame::errors::kTimeMalformed, "InvalidParameterValue"}}));

struct BatchRequest {
  campaigns::TaskOrder order;
  campaigns::Schedule schedule;
};

/// Reads the moment that a task begins at, `BeginTime` of `fields`; `path` names it in errors. Errors:
/// sesame::errors::kTimeMalformed, errors::kBeginPast.
Result<std::int64_t> read_begin(const Fields& fields, const std::string& path, std::int64_t now_ms);

/// Errors: those of read_begin() and read_content(), errors::kTimedMissing, errors::kCycleMissing.
Result<BatchRequest> decode_batch(const cloudapi::Call& call, const ContentRules& rules);

}  // namespace sesame::actions
