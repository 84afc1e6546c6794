#include "delivery/subject.hpp"

#include "mime/headers.hpp"
#include "smtp/reply.hpp"

namespace sesame::delivery {

std::string read_subject(std::string_view mail) {
  constexpr std::size_t kSubjectBytesMax = 1000;
  return smtp::displayable(mime::decoded_header(mail, "Subject").value_or(std::string()), kSubjectBytesMax);
}

}  // namespace sesame::delivery
