#pragma once

#include <limits>

#include "autograd/ops/side_by_side.h"

/// For the files that define operations.
namespace autograd::ops {

/// The numbers of another tensor of the logits' shape.
template <class T>
class Companion {
 public:
  using X = Widened<T>;

  Companion(const Block<T>& block, const T* x) : block_(block), numbers_(x) {}

  void go_to(Index first) {
    if (first != first_) block_.load(numbers_, first, x_, X(0));
    first_ = first;
  }
  X operator()(std::size_t r, std::size_t l) const { return x_[r][l]; }

 private:
  const Block<T>& block_;
  const T* numbers_;
  Index first_ = -1;
  Tile<X, Block<T>::width> x_;
};

/// The softmax of a block of lines of logits, with guard digits. A maximum's exponential is exactly
/// 1, and kept out of the sum of the others: so the others' share is there with all its digits even
/// where it is tiny.
///
/// Numbers are asked for by their row in the tile at hand and their lane.
template <class T>
class Shares {
 public:
  static constexpr std::size_t width = Block<T>::width;
  using X = Widened<T>;
  using G = Guarded<T>;

  Shares(const Block<T>& block, const T* x) : block_(block), numbers_(x) {
    find_tops();
    beside_ = sum([this](std::size_t r, std::size_t l) {
      return either(is_top(r, l), guarded<G>(X(0)), weights_[r][l]);
    });
    each_lane<width>(
        [&](std::size_t l) { inverse_.set(l, inverse(guarded<G>(X(1)) + beside_[l])); });
  }

  const Block<T>& block() const { return block_; }

  /// y = f(row, lane), rounded; the companions are at the same tile.
  template <class F, class... Companions>
  void fill(T* y, const F& f, Companions&... companions) {
    Tile<X, width> out;
    for_each_tile([&](Index first) {
      (companions.go_to(first), ...);
      for (std::size_t r = 0; r < count_; ++r) {
        each_lane<width>([&](std::size_t l) { out[r].set(l, unguarded<X>(f(r, l))); });
      }
      block_.store(out, first, y);
    });
  }

  /// Σ term(row, lane) along each line.
  template <class Term, class... Companions>
  Lanes<G, width> sum(const Term& term, Companions&... companions) {
    Lanes<G, width> total, part;
    each_lane<width>([&](std::size_t l) { total.set(l, guarded<G>(X(0))); });
    for_each_tile([&]([[maybe_unused]] Index first) {
      (companions.go_to(first), ...);
      // Tile by tile, so that many terms do not add up to many errors.
      each_lane<width>([&](std::size_t l) { part.set(l, guarded<G>(X(0))); });
      for (std::size_t r = 0; r < count_; ++r) {
        each_lane<width>([&](std::size_t l) { part.set(l, part[l] + term(r, l)); });
      }
      each_lane<width>([&](std::size_t l) { total.set(l, total[l] + part[l]); });
    });
    block_.sum_up(total);
    return total;
  }

  /// The logit.
  X x(std::size_t r, std::size_t l) const { return x_[r][l]; }
  X maximum(std::size_t l) const { return maximum_[l]; }
  bool is_top(std::size_t r, std::size_t l) const { return row(r) == top_[l]; }

  /// The number of this row, as those of lanes are compared.
  double row(std::size_t r) const { return static_cast<double>(first_) + static_cast<double>(r); }

  /// p
  G operator()(std::size_t r, std::size_t l) const { return weights_[r][l] * inverse_[l]; }

  /// 1 − p
  G others(std::size_t r, std::size_t l) const {
    const G p = (*this)(r, l);
    return either(is_top(r, l), beside_[l] * inverse_[l], guarded<G>(X(1)) - p);
  }

  /// log Σ exp(x − maximum)
  G log_total(std::size_t l) const { return guarded_log1p(beside_[l]); }

  Lanes<G, width> log_totals() const {
    Lanes<G, width> all;
    each_lane<width>([&](std::size_t l) { all.set(l, log_total(l)); });
    return all;
  }

  /// −log p of a logit, a sum of two numbers that are not negative
  G surprise(const X& x, const Lanes<G, width>& log_totals, std::size_t l) const {
    return log_totals[l] + guarded_difference<G>(maximum_[l], x);
  }

  /// What another tensor of the logits' shape has at the maximum's place.
  Lanes<X, width> at_top(const T* d) const {
    Lanes<X, width> found;
    for (std::size_t l = 0; l < width; ++l) {
      found.set(l, static_cast<X>(d[block_.place(place_of_top_[l], l)]));
    }
    return found;
  }

 private:
  // The first maximum, or the last NaN, of each lane.
  void find_tops() {
    each_lane<width>([&](std::size_t l) {
      maximum_.set(l, least);
      top_.set(l, 0);
    });
    for (Index first = 0; first < block_.rows(); first += tile_rows) {
      load(first);
      for (std::size_t r = 0; r < count_; ++r) {
        each_lane<width>([&](std::size_t l) {
          const X number = x_[r][l], most = maximum_[l];
          const bool more = static_cast<int>(number > most) | static_cast<int>(number != number);
          maximum_.set(l, more ? number : most);
          top_.set(l, more ? row(r) : top_[l]);
        });
      }
    }
    place_tops();
  }

  // Which of its line's numbers each lane's maximum is. Parts of one line have one between them.
  void place_tops() {
    if (!block_.dealt()) {
      each_lane<width>([&](std::size_t l) { place_of_top_[l] = static_cast<Index>(top_[l]); });
      return;
    }
    std::size_t best = 0;
    for (std::size_t l = 1; l < width; ++l) {
      if (maximum_[l] > maximum_[best] || maximum_[l] != maximum_[l]) best = l;
    }
    const X most = maximum_[best];
    const Index place =
        static_cast<Index>(top_[best]) * static_cast<Index>(width) + static_cast<Index>(best);
    for (std::size_t l = 0; l < width; ++l) {
      if (l != best) top_.set(l, -1);
      maximum_.set(l, most);
      place_of_top_[l] = place;
    }
  }

  void load(Index first) {
    if (first == first_) return;
    first_ = first;
    count_ = static_cast<std::size_t>(std::min(tile_rows, block_.rows() - first));
    block_.load(numbers_, first, x_, least);
    weighed_ = false;
  }

  // The tile that begins with this row, and its exponentials.
  void go_to(Index first) {
    load(first);
    if (weighed_) return;
    weighed_ = true;
    for (std::size_t r = 0; r < count_; ++r) {
      each_lane<width>([&](std::size_t l) {
        weights_[r].set(l, guarded_exp<G>(guarded_difference<G>(x_[r][l], maximum_[l])));
      });
    }
  }

  // From behind, where the last tile is still at hand.
  template <class Body>
  void for_each_tile(const Body& body) {
    Index first = (block_.rows() - 1) / tile_rows * tile_rows;
    for (; first >= 0; first -= tile_rows) {
      go_to(first);
      body(first);
    }
  }

  static inline const X least = X(-std::numeric_limits<double>::infinity());

  const Block<T>& block_;
  const T* numbers_;
  Index first_ = -1;
  std::size_t count_ = 0;
  bool weighed_ = false;
  Lanes<X, width> maximum_;
  Lanes<double, width> top_;  // the row, which a double holds as an index would
  std::array<Index, width> place_of_top_;
  Lanes<G, width> beside_, inverse_;
  Tile<X, width> x_;
  Tile<G, width> weights_;
};

}  // namespace autograd::ops
