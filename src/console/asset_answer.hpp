#pragma once

#include <string_view>

#include "console/assets.hpp"
#include "net/http_server.hpp"

namespace sesame::console {

/// A file of the front end, compressed as the browser takes it (Accept-Encoding). Its name contains its
/// hash, so it is good for a year. Pure. Thread: any.
net::HttpResponse asset_answer(const Asset& asset, std::string_view accept_encoding);

/// The document of every page, whose style sheets `nonce` allows: each `__NONCE__` in it becomes the nonce.
/// 503 with one sentence when the program was built without a front end. Pure. Thread: any.
net::HttpResponse document_answer(std::string_view nonce);

}  // namespace sesame::console
