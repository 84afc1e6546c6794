#include "smtp/server_handler.hpp"

namespace sesame::smtp {

net::Task<Answer> SessionHandler::on_login(const Guest&, std::string, Secret) {
  co_return Answer{535, "5.7.8", "nobody can log in here"};
}

Answer ServerHandler::too_large() const { return {552, "5.3.4", "the mail is too large"}; }

Answer ServerHandler::line_too_long() const { return {554, "5.6.0", "a line of the mail is too long"}; }

}  // namespace sesame::smtp
