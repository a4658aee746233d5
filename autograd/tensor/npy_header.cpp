#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "autograd/tensor/error.h"
#include "autograd/tensor/npy.h"
#include "autograd/tensor/quote.h"

namespace autograd {

namespace {

// A header as it is written, before anything is made of it.
struct Entries {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<Index>> shape;
};

// Reads the little of Python's notation that np.save writes: a dictionary of three known keys, with
// values of one known form each.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  Entries read() {
    expect('{');
    while (!accept('}')) {
      read_entry();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!rest_.empty()) fail("the end of the header");
    return std::move(entries_);
  }

 private:
  void read_entry() {
    const std::string key = read_text("a key");
    expect(':');
    if (key == "descr") {
      once(entries_.descr.has_value(), key);
      entries_.descr = read_descr();
    } else if (key == "fortran_order") {
      once(entries_.fortran_order.has_value(), key);
      entries_.fortran_order = read_truth();
    } else if (key == "shape") {
      once(entries_.shape.has_value(), key);
      entries_.shape = read_extents();
    } else {
      throw FileError(name_, "its header has a key " + in_quotes(key) +
                                 "; expected descr, fortran_order and shape");
    }
  }

  void once(bool there, const std::string& key) const {
    if (there) throw FileError(name_, "its header gives " + key + " twice");
  }

  std::string read_descr() {
    skip_spaces();
    if (!rest_.empty() && (rest_[0] == '[' || rest_[0] == '(' || rest_[0] == '{')) {
      throw FileError(name_,
                      "it holds records (a structured dtype); expected plain numbers; save each "
                      "field as an array of its own");
    }
    return read_text("a dtype in quotes");
  }

  std::string read_text(const char* what) {
    skip_spaces();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) fail(what);
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) fail(what);
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool read_truth() {
    skip_spaces();
    for (const bool truth : {true, false}) {
      const std::string_view word = truth ? "True" : "False";
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return truth;
    }
    fail("True or False");
  }

  std::vector<Index> read_extents() {
    std::vector<Index> extents;
    expect('(');
    bool comma = true;  // Python wants one after the only extent
    while (!accept(')')) {
      if (!comma) fail("a comma");
      extents.push_back(read_extent());
      comma = accept(',');
    }
    if (extents.size() == 1 && !comma) fail("a comma within a shape of one extent");
    return extents;
  }

  Index read_extent() {
    skip_spaces();
    Index extent = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [stop, error] = std::from_chars(rest_.data(), end, extent);
    if (error == std::errc::result_out_of_range) {
      throw FileError(name_, "its header gives an extent that no memory holds");
    }
    if (error != std::errc()) fail("an extent");
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    if (rest_.starts_with('L')) rest_.remove_prefix(1);  // as Python 2 writes whole numbers
    return extent;
  }

  void skip_spaces() {
    const std::size_t begin = rest_.find_first_not_of(" \n\t");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
  }

  bool accept(char c) {
    skip_spaces();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("'") + c + "'");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw FileError(name_, "its header makes no sense: expected " + what + "; got " +
                               (rest_.empty() ? "its end" : in_quotes(rest_)));
  }

  std::string_view rest_;
  const std::string& name_;
  Entries entries_;
};

// Why an element type has no place in a tensor, and what to do about it.
std::string refusal(const std::string& descr, char kind) {
  const std::string dtype = " (dtype " + in_quotes(descr) + "); ";
  switch (kind) {
    case 'O':
      return "it holds Python objects" + dtype +
             "they would have to be unpickled, which can run any code, and are never executed "
             "here; save numbers instead, such as np.save(file, x.astype(np.float64))";
    case 'f':
      return "it holds half or extended precision" + dtype +
             "expected f4 or f8; save x.astype(np.float64)";
    case 'c':
      return "it holds complex numbers" + dtype + "expected real ones; save x.real and x.imag";
    case 'S':
    case 'a':
    case 'U':
      return "it holds text" + dtype + "expected numbers";
    case 'M':
    case 'm':
      return "it holds dates or durations" + dtype + "expected numbers; save x.astype(np.int64)";
    case 'V':
      return "it holds raw bytes or records" + dtype + "expected numbers";
    default:
      return "it holds elements of an unknown kind" + dtype +
             "expected f4, f8, i1 to i8, u1 to u8 or b1";
  }
}

void read_element(const std::string& descr, const std::string& name, NpyHeader& header) {
  std::string_view rest = descr;
  char order = '\0';
  if (!rest.empty() && std::string_view("<>|=").find(rest[0]) != std::string_view::npos) {
    order = rest[0];
    rest.remove_prefix(1);
  }
  const char kind = rest.empty() ? '?' : rest[0];
  const std::string_view size = rest.empty() ? rest : rest.substr(1);
  const bool fits = kind == 'f' ? size == "4" || size == "8"
                    : kind == 'i' || kind == 'u'
                        ? size == "1" || size == "2" || size == "4" || size == "8"
                        : kind == 'b' && size == "1";
  if (!fits) throw FileError(name, refusal(descr, kind));
  header.kind = kind;
  header.bytes = static_cast<std::size_t>(size[0] - '0');
  header.big_endian = order == '>';
  if (header.bytes > 1 && order != '<' && order != '>') {
    throw FileError(name, "its dtype " + in_quotes(descr) + " has no byte order; expected < or >");
  }
}

std::size_t number_at(std::span<const std::byte> file, std::size_t offset, std::size_t bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    number = number << 8U | std::to_integer<std::size_t>(file[offset + i]);
  }
  return number;
}

// The text between the fixed beginning and the numbers.
std::string_view header_text(std::span<const std::byte> file, const std::string& name) {
  constexpr std::string_view magic = "\x93NUMPY";
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(magic)) {
    if (magic.starts_with(text)) {
      throw FileError(name, "it ends after " + std::to_string(text.size()) +
                                " bytes, within the beginning of a .npy file; is it cut short?");
    }
    throw FileError(name, "it is no .npy file: expected \\x93NUMPY at its start; got " +
                              in_quotes(text.substr(0, magic.size())));
  }
  const std::size_t version = text.size() > 6 ? number_at(file, 6, 1) : 1;
  if (version < 1 || version > 3) {
    throw FileError(
        name, "it is a .npy file of version " + std::to_string(version) + "; expected 1, 2 or 3");
  }
  const std::size_t width = version == 1 ? 2 : 4;
  const std::size_t begin = 8 + width;
  if (text.size() < begin) {
    throw FileError(name, "it ends after " + std::to_string(text.size()) +
                              " bytes, within the beginning of a .npy file; is it cut short?");
  }
  const std::size_t length = number_at(file, 8, width);
  if (length > text.size() - begin) {
    throw FileError(name, "its header claims " + std::to_string(length) + " bytes; only " +
                              std::to_string(text.size() - begin) + " are there");
  }
  return text.substr(begin, length);
}

}  // namespace

Dtype NpyHeader::dtype() const {
  if (kind != 'f') return i64;
  return bytes == 4 ? f32 : f64;
}

NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& name) {
  const std::string_view text = header_text(file, name);
  const Entries entries = HeaderReader(text, name).read();
  if (!entries.descr || !entries.fortran_order || !entries.shape) {
    throw FileError(
        name, std::string("its header does not give ") + (!entries.descr           ? "descr"
                                                          : !entries.fortran_order ? "fortran_order"
                                                                                   : "shape"));
  }
  NpyHeader header;
  read_element(*entries.descr, name, header);
  header.fortran_order = *entries.fortran_order;
  header.data_begin = static_cast<std::size_t>(text.data() + text.size() -
                                               reinterpret_cast<const char*>(file.data()));
  try {
    header.shape = Shape(*entries.shape);
  } catch (const Error& error) {
    throw FileError(name, std::string("its header makes no sense: ") + error.what());
  }
  return header;
}

}  // namespace autograd
