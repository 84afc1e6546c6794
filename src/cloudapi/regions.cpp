#include "cloudapi/regions.hpp"

#include <algorithm>

#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {
namespace {

// The cloud's regions: an existing one that is not served gets another error than a misspelled one.
constexpr std::string_view kKnown[] = {
    "ap-bangkok",      "ap-beijing",  "ap-beijing-fsi",   "ap-chengdu",      "ap-chongqing",
    "ap-guangzhou",    "ap-hongkong", "ap-jakarta",       "ap-mumbai",       "ap-nanjing",
    "ap-osaka",        "ap-seoul",    "ap-shanghai",      "ap-shanghai-fsi", "ap-shenzhen-fsi",
    "ap-singapore",    "ap-taipei",   "ap-tokyo",         "eu-frankfurt",    "eu-moscow",
    "me-saudi-arabia", "na-ashburn",  "na-siliconvalley", "na-toronto",      "sa-saopaulo",
};

}  // namespace

Status Regions::check(std::string_view region, std::string_view named_in) const {
  if (region.empty()) return Error(errors::kMissing).with("name", "Region");
  if (std::find(served_.begin(), served_.end(), region) != served_.end()) return Done{};
  const bool known = std::find(std::begin(kKnown), std::end(kKnown), region) != std::end(kKnown);
  return Error(known ? errors::kRegionUnserved : errors::kRegion).with("name", std::string(named_in));
}

}  // namespace sesame::cloudapi
