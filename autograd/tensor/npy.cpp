#include "autograd/tensor/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <vector>

#include "autograd/tensor/error.h"

namespace autograd {

namespace {

constexpr bool big_endian_machine = std::endian::native == std::endian::big;

// Calls `visit(i)` with the place in a Fortran-ordered file of each element, in row-major order.
template <class Visit>
void visit_row_major(const Shape& shape, Visit&& visit) {
  const auto rank = static_cast<std::size_t>(shape.rank());
  const std::span<const Index> extents = shape.extents();
  std::vector<Index> strides(rank, 1);
  for (std::size_t axis = 1; axis < rank; ++axis) {
    strides[axis] = strides[axis - 1] * extents[axis - 1];
  }
  std::vector<Index> index(rank, 0);
  Index place = 0;
  for (Index count = shape.size(); count > 0; --count) {
    visit(static_cast<std::size_t>(place));
    for (std::size_t axis = rank; axis-- > 0;) {
      place += strides[axis];
      if (++index[axis] < extents[axis]) break;
      place -= strides[axis] * extents[axis];
      index[axis] = 0;
    }
  }
}

template <class T>
T element(std::span<const std::byte> data, std::size_t i, bool swapped) {
  std::array<std::byte, sizeof(T)> bytes{};
  std::copy_n(data.begin() + static_cast<std::ptrdiff_t>(i * sizeof(T)), sizeof(T), bytes.begin());
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

// The numbers, stored as S, in a tensor of T. `convert(S)` may refuse one.
template <class S, class T, class Convert>
Tensor decode(std::span<const std::byte> data, const NpyHeader& header, Convert&& convert) {
  const bool swapped = header.big_endian != big_endian_machine;
  return Tensor::build<T>(header.shape, [&](std::span<T> out) {
    if (!header.fortran_order || header.shape.rank() < 2) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = convert(element<S>(data, i, swapped));
      return;
    }
    auto next = out.begin();
    visit_row_major(header.shape,
                    [&](std::size_t i) { *next++ = convert(element<S>(data, i, swapped)); });
  });
}

template <class S>
Tensor decode_whole(std::span<const std::byte> data, const NpyHeader& header) {
  return decode<S, Index>(data, header, [](S x) { return static_cast<Index>(x); });
}

Tensor decode_truth(std::span<const std::byte> data, const NpyHeader& header,
                    const std::string& name) {
  return decode<std::uint8_t, Index>(data, header, [&](std::uint8_t x) {
    if (x > 1) {
      throw FileError(name, "it holds a truth value of " + std::to_string(x) + "; expected 0 or 1");
    }
    return Index{x};
  });
}

Tensor decode_u8(std::span<const std::byte> data, const NpyHeader& header,
                 const std::string& name) {
  return decode<std::uint64_t, Index>(data, header, [&](std::uint64_t x) {
    if (x > static_cast<std::uint64_t>(std::numeric_limits<Index>::max())) {
      throw FileError(name, "it holds " + std::to_string(x) +
                                ", which does not fit into i64; save x.astype(np.float64)");
    }
    return static_cast<Index>(x);
  });
}

Tensor decode_any(std::span<const std::byte> data, const NpyHeader& header,
                  const std::string& name) {
  if (header.kind == 'f') {
    const auto same = [](auto x) { return x; };
    return header.bytes == 4 ? decode<float, float>(data, header, same)
                             : decode<double, double>(data, header, same);
  }
  if (header.kind == 'b') return decode_truth(data, header, name);
  const bool is_signed = header.kind == 'i';
  switch (header.bytes) {
    case 1:
      return is_signed ? decode_whole<std::int8_t>(data, header)
                       : decode_whole<std::uint8_t>(data, header);
    case 2:
      return is_signed ? decode_whole<std::int16_t>(data, header)
                       : decode_whole<std::uint16_t>(data, header);
    case 4:
      return is_signed ? decode_whole<std::int32_t>(data, header)
                       : decode_whole<std::uint32_t>(data, header);
    default:
      return is_signed ? decode_whole<std::int64_t>(data, header) : decode_u8(data, header, name);
  }
}

std::string shape_in_python(const Shape& shape) {
  return "(" + list(shape.extents()) + (shape.rank() == 1 ? ",)" : ")");
}

}  // namespace

Tensor parse_npy(std::span<const std::byte> file, const std::string& name) {
  const NpyHeader header = parse_npy_header(file, name);
  const std::span<const std::byte> data = file.subspan(header.data_begin);
  if (data.size() < header.data_bytes()) {
    throw FileError(name, "its header promises " + to_string(header.shape) + ", " +
                              std::to_string(header.data_bytes()) + " bytes; only " +
                              std::to_string(data.size()) + " are there");
  }
  if (data.size() > header.data_bytes()) {
    throw FileError(name, "bytes follow the " + std::to_string(header.data_bytes()) +
                              " that its header promises for " + to_string(header.shape) +
                              "; expected its end");
  }
  try {
    return decode_any(data, header, name);
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw FileError(name, error.what());
  }
}

std::string format_npy(const Tensor& x) {
  std::string header = "{'descr': '";
  header += big_endian_machine ? '>' : '<';
  header += x.dtype() == f32 ? "f4" : x.dtype() == f64 ? "f8" : "i8";
  header += "', 'fortran_order': False, 'shape': " + shape_in_python(x.shape()) + ", }";
  // Room for the first extent to grow to 21 digits in place, then up to a multiple of 64 bytes.
  if (x.rank() > 0) header.append(21 - std::to_string(x.shape()[0]).size(), ' ');
  constexpr std::size_t before = 10;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';

  std::string file = "\x93NUMPY\x01";
  file += '\0';
  file += static_cast<char>(header.size() & 255U);
  file += static_cast<char>(header.size() >> 8U);
  file += header;
  const std::size_t bytes = static_cast<std::size_t>(x.size()) * size_of(x.dtype());
  if (bytes > 0) file.append(static_cast<const char*>(x.data()), bytes);
  return file;
}

}  // namespace autograd
