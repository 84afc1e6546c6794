#pragma once

#include <string>
#include <string_view>

namespace sesame::bounces {

/// Finds the recipient in a return path that carries it, as many list and bulk senders do:
/// "list-bounces+ann=shop.example@list.example", "list-return-17-ann=shop.example@list.example". Empty when
/// the path carries no recipient; senders wrapped by BATV (prvs=) or SRS are ignored. Thread: any.
std::string verp_recipient(std::string_view return_path);

}  // namespace sesame::bounces
