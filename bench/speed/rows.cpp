#include "bench/speed/rows.h"

#include <sstream>

#include "bench/work/perceptron.h"

namespace bench {
namespace {

Bar at_least(Bar::Of of, double bound, std::string name = "") {
  return {of, std::move(name), Bar::Sense::at_least, bound};
}
Bar at_most(Bar::Of of, double bound, std::string name = "") {
  return {of, std::move(name), Bar::Sense::at_most, bound};
}

constexpr Bar::Of over_ours = Bar::Of::peer_over_ours, ours_over = Bar::Of::ours_over_peer,
                  share = Bar::Of::share_of_peak, figure = Bar::Of::figure,
                  per = Bar::Of::seconds_per_figure;

/// A training step. The tape may cost this much of the same step by hand on the same kernels, and
/// no memory is asked for after the first step.
Row step(const std::string& shape, const std::string& dtype, double torch, double by_hand,
         std::vector<Bar> more = {}, std::vector<std::string> also = {}) {
  std::vector<Bar> bars{at_least(over_ours, torch, "libtorch"),
                        at_most(ours_over, by_hand, "by hand"), at_most(figure, 0, "allocations")};
  bars.insert(bars.end(), more.begin(), more.end());
  return {"step " + shape, dtype, bars, std::move(also), 5, {"peak bytes"}};
}

Row product(const std::string& shape, const std::string& dtype, std::vector<Bar> bars = {}) {
  return {"matmul " + shape, dtype, std::move(bars)};
}

/// The objectives with their gradients: recorded anew on a tape every time, or recorded once as a
/// program and replayed.
Row mixture(const std::string& by, const std::string& dtype) {
  return {"mixture 10 25 1000 " + by, dtype, {at_most(ours_over, 1.5, "OpenBLAS")}};
}
Row lstm(const std::string& by, const std::string& dtype) {
  std::vector<Bar> bars{at_most(per, 0.3e-6, "nodes")};
  if (by == "replay") bars.push_back(at_most(figure, 0, "allocations"));
  return {"lstm lstm_l2_c1024 " + by, dtype, bars};
}

}  // namespace

const std::vector<Row>& rows() {
  static const std::vector<Row> list{
      step("784-50-10 b1", "f32", 10, 1.10),
      step("784-40-10 b5", "f32", 10, 1.10),
      step("784-256-128-10 b32", "f32", 3, 1.02),
      step("784-256-128-10 b128", "f32", 2.5, 1.02, {at_least(share, 0.60)}),
      step("784-1024-1024-10 b256", "f32", 2.5, 1.02,
           {at_least(share, 0.72), at_least(ours_over, 1.85, "Plumb, two threads")},
           {"Plumb, two threads"}),
      step("784-50-10 b1", "f64", 8, 1.10),
      step("784-40-10 b5", "f64", 8, 1.10),
      step("784-256-128-10 b32", "f64", 2.5, 1.02),
      step("784-256-128-10 b128", "f64", 2, 1.02, {at_least(share, 0.60)}),
      step("784-1024-1024-10 b256", "f64", 2, 1.02,
           {at_least(share, 0.72), at_least(ours_over, 1.85, "Plumb, two threads")},
           {"Plumb, two threads"}),
      product("64 64 64 nn", "f32"),
      product("128 784 256 nt", "f32"),
      product("256 256 256 nn", "f32"),
      product("512 512 512 nn", "f32", {at_least(share, 0.80)}),
      product("512 512 512 nt", "f32", {at_least(share, 0.80)}),
      product("512 512 512 tn", "f32", {at_least(share, 0.80)}),
      product("1024 1024 1024 nn", "f32", {at_least(share, 0.80)}),
      product("64 64 64 nn", "f64"),
      product("128 784 256 nt", "f64"),
      product("256 256 256 nn", "f64"),
      product("512 512 512 nn", "f64", {at_least(share, 0.80)}),
      product("512 512 512 nt", "f64", {at_least(share, 0.80)}),
      product("512 512 512 tn", "f64", {at_least(share, 0.80)}),
      product("1024 1024 1024 nn", "f64", {at_least(share, 0.80)}),
      {"differences 784-40-10 b5", "f64", {at_least(over_ours, 100, "SciPy")}},
      {"estimates 784-40-10 b5", "f64", {}},
      {"descent 20000", "f32", {at_least(over_ours, 10, "NumPy")}, {}, 1},
      {"descent 20000", "f64", {at_least(over_ours, 5, "NumPy")}, {}, 1},
      mixture("tape", "f32"),
      mixture("tape", "f64"),
      mixture("replay", "f32"),
      mixture("replay", "f64"),
      lstm("tape", "f32"),
      lstm("tape", "f64"),
      lstm("replay", "f32"),
      lstm("replay", "f64"),
  };
  return list;
}

Row smoke_row() {
  return {"step 20-8-3 b4", "f64", {at_most(figure, 0, "allocations")}, {}, 5, {"peak bytes"}};
}

double flops_of(const Row& row) {
  std::istringstream words(row.work);
  std::string kind, first, second;
  words >> kind >> first >> second;
  if (kind == "step") return flops_of_step(parse_perceptron(first, second));
  if (kind != "matmul") return 0;
  std::string third;
  words >> third;
  return 2 * std::stod(first) * std::stod(second) * std::stod(third);
}

const std::vector<Growth>& growths() {
  static const std::vector<long> lengths{1'000, 10'000, 100'000, 1'000'000, 10'000'000};
  static const std::vector<Growth> list{
      {"tape: time against length", "chain", "f64", "", lengths, 1, 0.10},
      {"tape: memory against length", "chain", "f64", "bytes", lengths, 1, 0.10},
      {"gradient of two square layers: time against width",
       "square",
       "f32",
       "",
       {32, 64, 128, 256, 512, 1024, 2048, 4096},
       2,
       0.15},
  };
  return list;
}

}  // namespace bench
