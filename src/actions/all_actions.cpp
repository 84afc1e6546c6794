#include "actions/rooms.hpp"

namespace sesame::actions {

void add_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  add_group_actions(table, rooms);
  add_upload_actions(table, rooms);
  add_domain_actions(table, rooms);
  add_sender_actions(table, rooms);
  add_unsubscribe_actions(table, rooms);
  add_tracking_actions(table, rooms);
  add_template_actions(table, rooms);
  add_send_email_action(table, rooms);
  add_task_actions(table, rooms);
  add_status_action(table, rooms);
  add_suppression_actions(table, rooms);
  add_unsubscribe_list_actions(table, rooms);
  add_statistics_actions(table, rooms);
  add_returned_mail_actions(table, rooms);
  add_inbox_actions(table, rooms);
  add_account_actions(table, rooms);
  add_credential_actions(table, rooms);
  add_classify_action(table, rooms);
  add_webhook_actions(table, rooms);
}

}  // namespace sesame::actions
