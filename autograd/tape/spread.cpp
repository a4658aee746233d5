#include "autograd/tape/spread.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "autograd/tensor/vectored.h"

namespace autograd::detail {
namespace {

// One row of n numbers: eight at a time, the last eight once more where they do not come out even.
template <class T, class Eight>
void write_row(T* to, Index n, const Eight& eight) {
  for (Index i = 0; i + 8 <= n; i += 8) eight(to + i, i);
  if (n >= 8) return eight(to + n - 8, n - 8);
  std::array<T, 8> few;
  eight(few.data(), Index{0});
  for (Index i = 0; i < n; ++i) to[i] = few[static_cast<std::size_t>(i)];
}

template <class T>
void copy_row(T* to, const T* from, Index n) {
  if (n >= 8) {
    write_row(to, n, [from](T* at, Index i) { std::memcpy(at, from + i, 8 * sizeof(T)); });
  } else {
    for (Index i = 0; i < n; ++i) to[i] = from[i];
  }
}

template <class T>
void repeat_in_row(T* to, T number, Index n) {
  write_row(to, n, [number](T* at, Index) {
    for (int i = 0; i < 8; ++i) at[i] = number;
  });
}

// Goes through the numbers along axes of which the innermost moves or stands still.
template <class T>
class Walker {
 public:
  Walker(const std::vector<Spread::Axis>& axes, const T* from, Index begin)
      : axes_(axes), from_(from) {
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      at_[axis] = begin % axes[axis].extent;
      begin /= axes[axis].extent;
      from_ += at_[axis] * axes[axis].stride;
    }
  }

  /// The next n numbers. There are two axes at least, for what moves along evenly is no operand
  /// that is broadcast.
  void write(T* to, Index n) {
    const Index row = axes_[0].extent;
    while (n > 0) {
      const bool whole = at_[0] == 0 && n >= row;
      const Index count =
          whole ? write_rows(to, n / row) : write_part(to, std::min(n, row - at_[0]));
      to += count;
      n -= count;
      carry();
    }
  }

 private:
  void write_some(T* to, const T* from, Index n) {
    if (axes_[0].stride == 0) {
      repeat_in_row(to, *from, n);
    } else {
      copy_row(to, from, n);
    }
  }

  Index write_part(T* to, Index count) {
    write_some(to, from_, count);
    move(0, count);
    return count;
  }

  Index write_rows(T* to, Index most) {
    const Index row = axes_[0].extent, rows = std::min(most, axes_[1].extent - at_[1]);
    const Index step = axes_[1].stride;
    const T* from = from_;
    for (Index r = 0; r < rows; ++r, from += step, to += row) write_some(to, from, row);
    move(1, rows);
    return rows * row;
  }

  void move(std::size_t axis, Index count) {
    at_[axis] += count;
    from_ += count * axes_[axis].stride;
  }

  void carry() {
    for (std::size_t axis = 0; axis + 1 < axes_.size(); ++axis) {
      if (at_[axis] < axes_[axis].extent) continue;
      move(axis, -at_[axis]);
      move(axis + 1, 1);
    }
  }

  const std::vector<Spread::Axis>& axes_;
  const T* from_;
  std::array<Index, Shape::largest_rank> at_{};
};

template <class T>
void walk(const std::vector<Spread::Axis>& axes, const T* from, Index begin, Index n, T* to) {
  vectored<T>([&] { Walker<T>(axes, from, begin).write(to, n); });
}

}  // namespace

template <class T>
void Spreader::write_as(Index begin, Index n) {
  const T* from = static_cast<const T*>(from_);
  T* to = static_cast<T*>(to_);
  if (spread_->axes.empty()) {
    if (written_ < n) std::fill(to, to + n, *from);
    written_ = std::max(written_, n);
    return;
  }
  const Index period = spread_->period, whole = period * spread_->periods;
  if (period == 0 || begin % whole + n > whole) {
    repetition_ = -1;
    return walk(spread_->axes, from, begin, n, to);
  }
  const Index repetition = begin / whole, phase = begin % period;
  if (repetition == repetition_ && phase == phase_ && n <= written_) return;
  repetition_ = repetition;
  phase_ = phase;
  written_ = n;
  walk(spread_->axes, from, begin, std::min(n, period), to);
  for (Index done = period; done < n;) {
    const Index count = std::min(done, n - done);
    std::copy(to, to + count, to + done);
    done += count;
  }
}

void Spreader::write(Index begin, Index n) {
  with_any(spread_->dtype, [&](auto zero) { write_as<decltype(zero)>(begin, n); });
}

}  // namespace autograd::detail
