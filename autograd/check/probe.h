#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace autograd::check {

/// A scalar function of a flat vector of parameters. It may be called from several threads at once.
using Function = std::function<double(std::span<const double> point)>;

/// One parameter array inside the flat vector: entries offset … offset + count() − 1, row-major.
struct Block {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0;

  /// Number of entries, the product of the shape; 1 for a scalar (empty shape).
  std::int64_t count() const;

  /// Where the flat entry `index` of the whole vector sits in this block, as "W1[3, 17]".
  std::string entry_name(std::int64_t index) const;
};

/// Throws Error unless the blocks lie one after another and together hold exactly `size` entries.
void check_blocks(std::span<const Block> blocks, std::int64_t size);

/// One entry of a point moved: point + delta · e_index.
struct Move {
  std::int64_t index = 0;
  double delta = 0;
};

/// A function seen from one point: what it is worth when a single entry is moved.
///
/// Differences need nothing else, and many functions can answer it for far less than a full
/// evaluation. A probe may keep scratch memory, so each thread works on its own clone.
class Probe {
 public:
  virtual ~Probe() = default;

  /// The point looked from.
  virtual std::span<const double> point() const = 0;

  /// f(point + delta · e_index). A delta of 0 gives f(point).
  virtual double value(std::int64_t index, double delta) = 0;

  /// The values after each of some moves, as many as `out` has room for. Many functions can answer
  /// them together for less than one after another, which is what this does unless it is
  /// overridden.
  virtual void values(std::span<const Move> moves, std::span<double> out);

  /// The same function seen from the same point, for another thread.
  virtual std::unique_ptr<Probe> clone() const = 0;

  /// The same function seen from another point of the same size.
  virtual std::unique_ptr<Probe> moved_to(std::span<const double> point) const = 0;
};

/// The probe of any function: it keeps a copy of the point and evaluates the function in full.
class BlackBox final : public Probe {
 public:
  /// Throws Error for an empty function or an empty point.
  BlackBox(Function f, std::span<const double> point);

  std::span<const double> point() const override { return point_; }
  double value(std::int64_t index, double delta) override;
  std::unique_ptr<Probe> clone() const override;
  std::unique_ptr<Probe> moved_to(std::span<const double> point) const override;

 private:
  Function f_;
  std::vector<double> point_;
};

}  // namespace autograd::check
