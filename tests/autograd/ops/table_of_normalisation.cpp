#include "autograd/ops/normalisation.h"
#include "tests/autograd/ops/rows.h"

namespace autograd {
namespace {

// An eps that leaves differences room.
constexpr double eps = 0.1;

Tensor layer_norm_adjoint(const Tensor& dy, const Tensor& x) {
  Tape inner;
  const Tensor u = inner.watch(x);
  return inner.gradient(layer_norm(u, eps), dy)[u];
}

// Of the adjoint, the adjoint by x: where the inverse deviation comes in.
Tensor second_adjoint(const Tensor& g, const Tensor& dy, const Tensor& x) {
  Tape inner;
  const Tensor u = inner.watch(x);
  return inner.gradient(layer_norm_adjoint(dy, u), g)[u];
}

Sizes same(const Sizes& sizes, std::size_t count) {
  Sizes of_all;
  for (const Shapes& shapes : sizes.small) of_all.small.emplace_back(count, shapes[0]);
  of_all.medium = Shapes(count, sizes.medium[0]);
  of_all.large = Shapes(count, sizes.large[0]);
  return of_all;
}

}  // namespace

void add_normalisations(Rows& rows) {
  rows.push_back(general(
      "layer_norm", "", [](Inputs x) { return layer_norm(x[0], eps); }, {anything}, cubes));
  rows.push_back(general("layer_norm", "one_line", [](Inputs x) { return layer_norm(x[0], eps); },
                         {anything}, {{{{3}}, {{1}}, {{2}}}, {{57}}, {{40001}}}));
  rows.push_back(general("layer_norm", "scaled",
                         [](Inputs x) { return layer_norm(x[0], x[1], x[2], eps); },
                         {anything, anything, anything},
                         {{{{2, 3}, {3}, {3}}}, {{7, 11}, {11}, {11}}, {{41, 203}, {203}, {203}}}));
  rows.push_back(general(
      "layer_norm_adjoint", "", [](Inputs x) { return layer_norm_adjoint(x[0], x[1]); },
      {anything, anything}, same(matrices, 2)));
  rows.push_back(general(
      "inverse_deviation", "", [](Inputs x) { return second_adjoint(x[0], x[1], x[2]); },
      {anything, anything, anything}, same({{{{2, 3}}, {{1, 4}}}, {{5, 7}}, {{41, 103}}}, 3)));
  rows.push_back(general("batch_norm", "",
                         [](Inputs x) { return batch_norm(x[0], x[1], x[2], eps).y; },
                         {anything, anything, anything},
                         {{{{3, 2}, {2}, {2}}, {{2, 2, 2}, {2}, {2}}, {{1, 2}, {2}, {2}}},
                          {{7, 11}, {11}, {11}},
                          {{41, 20, 30}, {20}, {20}}}));
  rows.push_back(
      general("batch_norm_inference", "",
              [](Inputs x) { return batch_norm_inference(x[0], x[1], x[2], x[3], x[4], eps); },
              {anything, anything, positive, anything, anything},
              {{{{3, 2}, {2}, {2}, {2}, {2}}, {{2, 2, 2}, {2}, {2}, {2}, {2}}},
               {{7, 11}, {11}, {11}, {11}, {11}},
               {{41, 20, 30}, {20}, {20}, {20}, {20}}}));
  rows.push_back(general(
      "dropout", "", [](Inputs x) { return dropout(x[0], 0.4, 5) * x[0]; }, {anything}, cubes));
}

}  // namespace autograd
