#include "base/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame::charset {
namespace {

constexpr std::string_view kUtf8 = "utf-8";
constexpr std::string_view kUtf16 = "utf-16";
constexpr std::string_view kHz = "hz-gb-2312";
constexpr std::string_view kIso2022Jp = "iso-2022-jp";
constexpr std::string_view kIso2022Kr = "iso-2022-kr";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kLabelBytesMax = 60;

/// Only converters of this table are opened: that of ISO-2022-CN-EXT in glibc 2.36 crashes on some input.
struct Encoding {
  std::string_view name;    // WHATWG Encoding §4.2, or the registered name of one that it lacks.
  const char* converter;    // For iconv. The superset that mail programs use.
  std::string_view labels;  // Separated by blanks; the name is one of them.
};

constexpr Encoding kEncodings[] = {
    {kUtf8, "UTF-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
    {"windows-1252", "CP1252",
     "ansi_x3.4-1968 ansi_x3.4-1986 ascii cp1252 cp367 cp819 csascii csisolatin1 ibm367 ibm819 iso-8859-1 "
     "iso-ir-100 iso-ir-6 iso646-us iso8859-1 iso88591 iso_646.irv:1991 iso_8859-1 iso_8859-1:1987 l1 latin1 "
     "us us-ascii windows-1252 x-cp1252"},
    {"gb18030", "GB18030",
     "chinese cn-gb cp936 csgb2312 csgb18030 csgbk csiso58gb231280 euc-cn eucgb2312_cn gb18030 gb18030-2000 "
     "gb18030-2005 gb2312 gb2312-80 gb_2312 gb_2312-80 gb_1988-80 gbk iso-ir-58 ms936 windows-936 x-euc-cn "
     "x-gbk"},
    {"big5", "BIG5-HKSCS",
     "big5 big5-eten big5-hkscs big5hkscs cn-big5 cp950 csbig5 csbig5hkscs ms950 windows-950 x-windows-950 "
     "x-x-big5"},
    {"euc-kr", "CP949",
     "cp949 cseuckr csksc56011987 euc-kr euckr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
     "ksc_5601 ms949 uhc windows-949 x-windows-949"},
    {"shift_jis", "CP932",
     "cp932 csshiftjis cswindows31j ms932 ms_kanji shift-jis shift_jis sjis windows-31j windows-932 "
     "x-ms-cp932 "
     "x-sjis"},
    {"euc-jp", "EUC-JP-MS",
     "cp51932 cseucpkdfmtjapanese euc-jp euc-jp-ms eucjp eucjp-ms eucjpms x-euc x-euc-jp x-eucjp"},
    {kIso2022Jp, "EUC-JP-MS",
     "cp50220 cp50221 cp50222 csiso2022jp csiso2022jp2 iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 "
     "iso-2022-jp-ms jis x-iso-2022-jp"},
    {kIso2022Kr, "CP949", "csiso2022kr iso-2022-kr"},
    {kHz, "GB18030", "hz hz-gb-2312"},
    {"utf-7", "UTF-7", "csunicode11utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 utf-7 utf7 x-unicode-2-0-utf-7"},
    {kUtf16, "UTF-16LE", "csunicode iso-10646-ucs-2 ucs-2 unicode utf-16 utf16 csutf16 x-unicode"},
    {"utf-16le", "UTF-16LE", "unicodefeff utf-16le csutf16le ucs-2le"},
    {"utf-16be", "UTF-16BE", "unicodefffe utf-16be csutf16be ucs-2be"},
    {"utf-32", "UTF-32", "csutf32 utf-32 utf32 iso-10646-ucs-4 ucs-4"},
    {"ibm866", "CP866", "866 cp866 csibm866 ibm866"},
    {"koi8-r", "KOI8-R", "cskoi8r koi koi8 koi8-r koi8_r"},
    {"koi8-u", "KOI8-U", "cskoi8u koi8-ru koi8-u"},
    {"windows-1250", "CP1250", "cp1250 windows-1250 x-cp1250"},
    {"windows-1251", "CP1251", "cp1251 windows-1251 x-cp1251 ansi-1251"},
    {"windows-1253", "CP1253", "cp1253 windows-1253 x-cp1253"},
    {"windows-1254", "CP1254",
     "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
     "windows-1254 x-cp1254"},
    {"windows-1255", "CP1255", "cp1255 windows-1255 x-cp1255"},
    {"windows-1256", "CP1256", "cp1256 windows-1256 x-cp1256"},
    {"windows-1257", "CP1257", "cp1257 windows-1257 x-cp1257"},
    {"windows-1258", "CP1258", "cp1258 windows-1258 x-cp1258"},
    {"windows-874", "CP874", "cp874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 tis620 windows-874"},
    {"iso-8859-2", "ISO-8859-2",
     "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    {"iso-8859-3", "ISO-8859-3",
     "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    {"iso-8859-4", "ISO-8859-4",
     "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    {"iso-8859-5", "ISO-8859-5",
     "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
    {"iso-8859-6", "ISO-8859-6",
     "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
     "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"iso-8859-7", "ISO-8859-7",
     "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
     "iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "ISO-8859-8",
     "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i iso-ir-138 "
     "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual"},
    {"iso-8859-10", "ISO-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "ISO-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    {"iso-8859-14", "ISO-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    {"iso-8859-15", "ISO-8859-15",
     "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin-9 latin9"},
    {"iso-8859-16", "ISO-8859-16", "iso-8859-16 iso8859-16"},
    {"macintosh", "MACINTOSH", "csmacintosh mac macintosh x-mac-roman"},
    {"x-mac-cyrillic", "MAC-CYRILLIC", "x-mac-cyrillic x-mac-ukrainian"},
    {"ibm437", "CP437", "437 cp437 cspc8codepage437 ibm437"},
    {"ibm850", "CP850", "850 cp850 cspc850multilingual ibm850"},
    {"ibm852", "IBM852", "852 cp852 cspcp852 ibm852"},
    {"johab", "JOHAB", "cp1361 johab ms1361"},
    {"viscii", "VISCII", "csviscii viscii"},
};

const Encoding* find_encoding(std::string_view label) {
  static const std::map<std::string_view, const Encoding*> kByLabel = [] {
    std::map<std::string_view, const Encoding*> by_label;
    for (const Encoding& encoding : kEncodings) {
      for (const std::string_view one : ascii::split(encoding.labels, ' ')) by_label.emplace(one, &encoding);
    }
    return by_label;
  }();
  const auto is_around = [](char c) { return ascii::is_space(c) || c == '"' || c == '\''; };
  while (!label.empty() && is_around(label.front())) label.remove_prefix(1);
  while (!label.empty() && is_around(label.back())) label.remove_suffix(1);
  if (label.size() > kLabelBytesMax) return nullptr;
  const auto found = kByLabel.find(ascii::lower(label));
  return found == kByLabel.end() ? nullptr : found->second;
}

/// The converters of one thread, opened once: a header may change its encoding at every word.
class Converters {
 public:
  Converters() { open_.fill(kUnopened); }
  ~Converters() {
    for (const iconv_t one : open_) {
      if (one != kUnopened && one != kFailed) iconv_close(one);
    }
  }
  Converters(const Converters&) = delete;
  Converters& operator=(const Converters&) = delete;

  static Converters& of_thread() {
    thread_local Converters converters;
    return converters;
  }

  bool convert(const Encoding& encoding, std::string_view bytes, Conversion& out) {
    iconv_t& converter = open_[static_cast<std::size_t>(&encoding - kEncodings)];
    if (converter == kUnopened) converter = iconv_open("UTF-8", encoding.converter);
    if (converter == kFailed) return false;
    iconv(converter, nullptr, nullptr, nullptr, nullptr);  // Back to the state of the start.
    run(converter, bytes, out);
    return true;
  }

 private:
  static inline const iconv_t kFailed = reinterpret_cast<iconv_t>(-1);
  static inline const iconv_t kUnopened = nullptr;

  static void run(iconv_t converter, std::string_view bytes, Conversion& out) {
    std::array<char, 4096> chunk;
    char* in = const_cast<char*>(bytes.data());  // iconv's own signature; it does not write there.
    std::size_t left = bytes.size();
    while (true) {
      char* at = chunk.data();
      std::size_t room = chunk.size();
      // The last call, without input, writes what a stateful encoding has kept.
      const bool last = left == 0;
      const bool done = iconv(converter, last ? nullptr : &in, last ? nullptr : &left, &at, &room) !=
                        static_cast<std::size_t>(-1);
      out.text.append(chunk.data(), static_cast<std::size_t>(at - chunk.data()));
      if (last) return;
      if (done || room < 16) continue;  // Converted, or the chunk is full.
      out.text += kReplacement;
      ++out.faults, ++in, --left;
    }
  }

  std::array<iconv_t, std::size(kEncodings)> open_;
};

/// ISO-2022-JP (RFC 1468) as EUC-JP, whose converter knows the characters that vendors added.
std::string euc_of_iso2022jp(std::string_view text) {
  std::string euc;
  euc.reserve(text.size());
  enum class Set { ascii, kanji, kana } set = Set::ascii;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\x1b' && at + 2 < text.size()) {
      const std::string_view escape = text.substr(at + 1, 2);
      const bool four = escape == "$(" && at + 3 < text.size();  // ESC $ ( B, as some write it.
      if (escape.front() == '$' || escape.front() == '(') {
        set = escape.front() == '$' ? Set::kanji : escape == "(I" ? Set::kana : Set::ascii;
        at += four ? 3 : 2;
        continue;
      }
    }
    if (c == '\n' || c == '\r') set = Set::ascii;  // RFC 1468: each line begins in ASCII.
    if (c < '!' || c > '~' || set == Set::ascii) {
      euc += c;
      continue;
    }
    if (set == Set::kana) euc += '\x8e';
    euc += static_cast<char>(c | 0x80);
  }
  return euc;
}

/// ISO-2022-KR (RFC 1557) as EUC-KR.
std::string euc_of_iso2022kr(std::string_view text) {
  constexpr std::string_view kDesignation = "\x1b$)C";
  std::string euc;
  euc.reserve(text.size());
  bool shifted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (text.substr(at).starts_with(kDesignation)) {
      at += kDesignation.size() - 1;
    } else if (c == '\x0e' || c == '\x0f') {
      shifted = c == '\x0e';
    } else {
      if (c == '\n') shifted = false;
      euc += shifted && c >= '!' && c <= '~' ? static_cast<char>(c | 0x80) : c;
    }
  }
  return euc;
}

/// HZ (RFC 1843) as GB2312 in eight bits.
std::string gb_of_hz(std::string_view text) {
  std::string gb;
  gb.reserve(text.size());
  bool shifted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view pair = text.substr(at, 2);
    if (pair == "~{" || pair == "~}" || pair == "~~" || pair == "~\n") {
      if (pair == "~~") gb += '~';
      if (pair == "~{") shifted = true;
      if (pair == "~}") shifted = false;
      ++at;
      continue;
    }
    if (text[at] == '\n') shifted = false;
    const bool high = shifted && text[at] >= '!' && text[at] <= '~';
    gb += high ? static_cast<char>(text[at] | 0x80) : text[at];
  }
  return gb;
}

const Encoding& sixteen_bits(std::string_view bytes) {
  const bool big = bytes.starts_with("\xFE\xFF");
  return *find_encoding(big ? "utf-16be" : "utf-16le");
}

std::size_t faults_in(std::string_view mended, std::string_view bytes) {
  // Each byte that was mended has grown to three.
  return (mended.size() - bytes.size()) / (kReplacement.size() - 1);
}

void drop_byte_order_mark(std::string& text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.erase(0, kMark.size());
}

}  // namespace

std::string_view encoding_of(std::string_view label) {
  const Encoding* encoding = find_encoding(label);
  return encoding == nullptr ? std::string_view() : encoding->name;
}

std::optional<Conversion> to_utf8(std::string_view bytes, std::string_view label) {
  const Encoding* encoding = find_encoding(label);
  if (encoding == nullptr) return std::nullopt;
  Conversion out;
  if (encoding->name == kUtf8) {
    out.text = utf8::mended(bytes);
    out.faults = faults_in(out.text, bytes);
    drop_byte_order_mark(out.text);
    return out;
  }
  std::string changed;
  if (encoding->name == kIso2022Jp) changed = euc_of_iso2022jp(bytes);
  if (encoding->name == kIso2022Kr) changed = euc_of_iso2022kr(bytes);
  if (encoding->name == kHz) changed = gb_of_hz(bytes);
  if (!changed.empty()) bytes = changed;
  if (encoding->name == kUtf16) encoding = &sixteen_bits(bytes);
  out.text.reserve(bytes.size() + bytes.size() / 2);
  if (!Converters::of_thread().convert(*encoding, bytes, out)) return std::nullopt;
  drop_byte_order_mark(out.text);
  // UTF-7 and UTF-32 can carry surrogates, which glibc lets through in some versions.
  if (!utf8::valid(out.text)) out.text = utf8::mended(out.text);
  return out;
}

}  // namespace sesame::charset
