#pragma once

#include "base/error.hpp"

namespace sesame::audience::errors {

// The scope has no such group, or it is being deleted. Facts: value.
inline constexpr ErrorName kGroupMissing{"audience.group_missing", Fault::state};
// The uploads of the group are not merged yet, its queue of them is full, or it is being deleted. Facts:
// value.
inline constexpr ErrorName kGroupOperating{"audience.group_operating", Fault::state};
// An import into the group is being undone. Facts: value.
inline constexpr ErrorName kGroupUndoing{
    "audience.group_undoing",
    Fault::state,
    {"An import into the recipient group{? {value}} is being undone, so nobody can be added to it now. Wait "
     "until "
     "GetImport says `undone`, or stop it by UndoImport with Stop.",
     "操作被拒绝。收件人列表{? {value} }正在撤销导入，暂时不能添加收件人。请等待 GetImport 返回 `undone`，"
     "或用 UndoImport 的 Stop 停止撤销。"}};
// An upload would make the group larger than it may be. Facts: limit.
inline constexpr ErrorName kGroupFull{"audience.group_full", Fault::state};
// The account has as many groups as it may have. Facts: limit.
inline constexpr ErrorName kTooManyGroups{"audience.too_many_groups", Fault::state};
// The name of a group is not 1 to 50 characters of is_label(). Facts: value.
inline constexpr ErrorName kNameIllegal{"audience.name_illegal", Fault::input};
// Another group of the scope has the name. Facts: value.
inline constexpr ErrorName kNameTaken{"audience.name_taken", Fault::state};
// The description of a group is too long or has characters that it may not have.
inline constexpr ErrorName kDescriptionIllegal{"audience.description_illegal", Fault::input};
// The part of an address that is searched for is too long. Facts: limit.
inline constexpr ErrorName kSearchTooLong{"audience.search_too_long", Fault::input};
// An upload has no row.
inline constexpr ErrorName kBatchEmpty{"audience.batch_empty", Fault::input};
// An upload has more rows than one may have. Facts: value, limit.
inline constexpr ErrorName kBatchTooLarge{"audience.batch_too_large", Fault::input};
// A row with template data has a malformed address. Facts: index, value, rule.
inline constexpr ErrorName kAddressMalformed{"audience.address_malformed", Fault::input};
// Template data are not one JSON object of plain values: text, numbers, booleans. Facts: index, value.
inline constexpr ErrorName kDataNotJson{"audience.data_not_json", Fault::input};
// No placeholder could hold a name in template data. Facts: index, value.
inline constexpr ErrorName kDataNameIllegal{
    "audience.data_name_illegal",
    Fault::input,
    {"{?`Datas.{index}.TemplateData` has|The template data have} a variable {?named `{value}`, which no "
     "placeholder can hold|without a name}. Name variables with letters, digits, `_`, `-`, `.` and blanks, "
     "up "
     "to 64 bytes.",
     "参数值错误。{?`Datas.{index}.TemplateData` |模板变量}中{?的变量名 `{value}` "
     "无法用作占位符|有未命名的变量}。"
     "变量名只能由字母、数字、`_`、`-`、`.` 和空格组成，最多 64 字节。"}};
// Template data take more bytes than they may take. Facts: index, value, limit.
inline constexpr ErrorName kDataTooLong{"audience.data_too_long", Fault::input};
// A value in template data has an HTML tag. Facts: index, value.
inline constexpr ErrorName kDataHtml{"audience.data_html", Fault::input};
// A row has other variable names than the first row or than the group. Facts: index, value.
inline constexpr ErrorName kDataInconsistent{"audience.data_inconsistent", Fault::input};
// The recipients that an ordinal means are not stored: their group was deleted meanwhile.
inline constexpr ErrorName kBlockMissing{"audience.block_missing", Fault::state};
// Stored bytes are not a block of recipients.
inline constexpr ErrorName kBlockDamaged{"audience.block_damaged", Fault::internal};
// The scope has no such import, or its group was deleted. Facts: value.
inline constexpr ErrorName kImportMissing{
    "audience.import_missing",
    Fault::state,
    {"This account and region has no import{? `{value}`}. See ListImports.",
     "参数值错误。本账号该地域没有{?导入任务 `{value}`|该导入任务}，可用 ListImports 查看。"}};
// The import takes no more parts: it is finished, or was undone. Facts: value.
inline constexpr ErrorName kImportOver{
    "audience.import_over",
    Fault::state,
    {"The import{? `{value}`} is finished or undone and takes no more rows. Begin a new one.",
     "导入任务{? `{value}`}已完成或已撤销，不再接收数据，请新建导入任务。"}};
// A part of an import is not the next one, or is to be the last and is not. Facts: name, value, limit.
inline constexpr ErrorName kPartUnexpected{
    "audience.part_unexpected",
    Fault::state,
    {"Part {value} was not expected: the next part of this import is {limit}.",
     "第 {value} 部分不符合顺序：该导入任务的下一部分为第 {limit} 部分。"}};
// Rows for an import that has begun come without the number of their part. Facts: name, limit.
inline constexpr ErrorName kPartUnnamed{
    "audience.part_unnamed",
    Fault::input,
    {"Rows for an import that has begun need `Part`, the number of the part: the next one is {limit}.",
     "缺少参数。向已开始的导入任务添加数据时必须填写部分序号 `Part`：下一部分为第 {limit} 部分。"}};
// A part of an import is on disk with other rows. Facts: name, value, limit.
inline constexpr ErrorName kPartDiffers{
    "audience.part_differs",
    Fault::state,
    {"Part {value} of this import is stored with other rows or another FirstLine, perhaps by somebody else "
     "who "
     "imports into it. These rows were not stored. The next part is {limit}.",
     "该导入任务的第 {value} 部分已保存了其他数据或其他 FirstLine，可能另有人正在同一任务中导入。"
     "本次数据未保存，下一部分为第 {limit} 部分。"}};
// A part of an import has both kinds of rows.
inline constexpr ErrorName kRowsAmbiguous{
    "audience.rows_ambiguous",
    Fault::input,
    {"A part has `Emails` or `Datas`, not both.", "参数错误。每部分只能填写 `Emails` 或 `Datas` 之一。"}};
// The import has as many parts as one may have. Facts: limit, rows.
inline constexpr ErrorName kImportFull{
    "audience.import_full",
    Fault::state,
    {"An import has {limit} parts at most. Send more rows in each, up to {rows}, or finish this import and "
     "begin "
     "another.",
     "每个导入任务最多 {limit} 个部分。请增加每部分的行数（最多 {rows} 行），或完成本任务后新建导入任务。"}};
// The verdicts of an import take as much space as they may take. Facts: limit.
inline constexpr ErrorName kVerdictsFull{
    "audience.verdicts_full",
    Fault::state,
    {"The verdicts on the rows of this import that are not valid take {limit} MiB, and no more are kept. "
     "Finish "
     "it, mend the file, and import the rest anew.",
     "该导入任务中无效数据行的结论已占用 {limit} MiB，达到上限。请完成本任务，修正文件后重新导入其余数据。"}};
// The client's token belongs to another import. Facts: name, value.
inline constexpr ErrorName kTokenTaken{
    "audience.token_taken",
    Fault::state,
    {"The ClientToken began the import `{value}`, with another group, file or LeaveOutMalformed. Choose a "
     "token "
     "for each import.",
     "该 ClientToken 已用于导入任务 `{value}`，其列表、文件或 LeaveOutMalformed 与本次不同。"
     "请为每个导入任务使用不同的 ClientToken。"}};
// The day in which an import may be undone is over. Facts: value.
inline constexpr ErrorName kUndoTooLate{
    "audience.undo_too_late",
    Fault::state,
    {"The import{? `{value}`} is older than 24 hours and can't be undone any more.",
     "导入任务{? `{value}`}已超过 24 小时，不能再撤销。"}};
// The import is undone. Facts: value.
inline constexpr ErrorName kImportUndone{
    "audience.import_undone",
    Fault::state,
    {"The import{? `{value}`} is undone already.", "导入任务{? `{value}`}已经撤销。"}};
// The import is not being undone. Facts: value.
inline constexpr ErrorName kNotUndoing{
    "audience.not_undoing",
    Fault::state,
    {"The import{? `{value}`} is not being undone; there is nothing to stop.",
     "导入任务{? `{value}`}没有在撤销，无需停止。"}};
// The block list has no entry with the id. Facts: name, value.
inline constexpr ErrorName kCustomBlockMissing{
    "audience.custom_block_missing",
    Fault::state,
    {"The block list of this account and region has no entry{? `{value}`}. See ListCustomBlacklist.",
     "参数值错误。本账号该地域的黑名单中没有{?条目 `{value}`|该条目}，可用 ListCustomBlacklist 查看。"}};
// Another entry of the block list has the address. Facts: name, value.
inline constexpr ErrorName kBlockRepeated{
    "audience.block_repeated",
    Fault::state,
    {"{?The address `{value}`|The address} has another entry in the block list. Change or delete that one.",
     "参数值错误。{?地址 `{value}`|该地址}在黑名单中已有另一个条目，请修改或删除该条目。"}};
// The address for the block list is malformed. Facts: name, value, rule.
inline constexpr ErrorName kBlockAddress{"audience.block_address", Fault::input};
// The last day of an entry of the block list is over. Facts: name, value.
inline constexpr ErrorName kBlockExpired{"audience.block_expired", Fault::input};
// The block list has as many entries as it may have. Facts: name, limit.
inline constexpr ErrorName kTooManyBlocks{"audience.too_many_blocks", Fault::state};

}  // namespace sesame::audience::errors
