#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/ops/rows.h"

namespace autograd {
namespace {

void add_shapes(Rows& rows) {
  const auto shaped = [&](const std::string& name, const std::string& variant, auto f) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0]); }, {anything}, cubes));
  };
  shaped("reshape", "", [](const Tensor& x) {
    return reshape(x, {x.extent(2), x.extent(0), x.extent(1)}) * 2;
  });
  shaped("broadcast_to", "", [](const Tensor& x) {
    return broadcast_to(x, {2, x.extent(0), x.extent(1), x.extent(2)});
  });
  shaped("permute", "", [](const Tensor& x) { return permute(x, {2, 0, 1}); });
  shaped("transpose", "", [](const Tensor& x) { return transpose(x); });
  shaped("unsqueeze", "", [](const Tensor& x) { return unsqueeze(x, 1) * 2; });
  shaped("squeeze", "", [](const Tensor& x) { return squeeze(sum(x, 1, KeepAxes::yes), 1); });
  rows.push_back(general("permute", "rank_5",
                         [](Inputs x) {
                           return permute(x[0], {4, 2, 0, 1, 3});
                         },
                         {anything},
                         {{{{2, 1, 3, 2, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("broadcast_to", "ones",
                         [](Inputs x) {
                           return broadcast_to(x[0], {3, x[0].extent(0), 4});
                         },
                         {anything}, {{{{2, 1}}}, {{17, 1}}, {{5001, 1}}}));
}

void add_products(Rows& rows) {
  const auto product = [&](const std::string& variant, Transpose t, Sizes sizes) {
    rows.push_back(general(
        "matmul", variant, [t](Inputs x) { return matmul(x[0], x[1], t); }, {anything, anything},
        std::move(sizes)));
  };
  product("", {},
          {{{{2, 3}, {3, 2}},
            {{3}, {3, 2}},
            {{2, 3}, {3}},
            {{3}, {3}},
            {{3}, {2, 3, 2}},
            {{2, 2, 3}, {3}},
            {{2, 2, 3}, {3, 2}},
            {{2, 3}, {2, 3, 2}},
            {{2, 1, 2, 3}, {2, 3, 1}},
            {{2, 0}, {0, 3}},
            {{0, 2}, {2, 3}},
            {{2, 2}, {2, 0}}},
           {{5, 7}, {7, 4}},
           {{130, 150}, {150, 140}}});
  product("a_transposed", {.a = true},
          {{{{3, 2}, {3, 2}}, {{2, 3, 2}, {3, 2}}, {{3, 2}, {2, 3, 2}}},
           {{7, 5}, {7, 4}},
           {{150, 130}, {150, 140}}});
  product("b_transposed", {.b = true},
          {{{{2, 3}, {2, 3}}, {{2, 2, 3}, {2, 3}}, {{2, 3}, {2, 2, 3}}, {{3}, {2, 3}}},
           {{5, 7}, {4, 7}},
           {{130, 150}, {140, 150}}});
  product("both_transposed", {.a = true, .b = true},
          {{{{3, 2}, {2, 3}}, {{2, 3, 2}, {2, 3}}, {{2, 3, 2}, {1, 2, 3}}},
           {{7, 5}, {4, 7}},
           {{150, 130}, {140, 150}}});
  rows.push_back(general("linear", "", [](Inputs x) { return linear(x[0], x[1], x[2]); },
                         {anything, anything, anything},
                         {{{{2, 3}, {2, 3}, {2}},
                           {{3}, {2, 3}, {2}},
                           {{2, 1, 3}, {2, 3}, {2}},
                           {{0, 3}, {2, 3}, {2}},
                           {{2, 0}, {2, 0}, {2}},
                           {{2, 3}, {0, 3}, {0}}},
                          {{5, 7}, {4, 7}, {4}},
                          {{130, 150}, {140, 150}, {140}}}));
  rows.push_back(general("linear_without_bias", "", [](Inputs x) { return linear(x[0], x[1]); },
                         {anything, anything},
                         {{{{2, 3}, {2, 3}}, {{3}, {2, 3}}, {{2, 0}, {2, 0}}},
                          {{5, 7}, {4, 7}},
                          {{130, 150}, {140, 150}}}));
}

void add_indexing(Rows& rows) {
  rows.push_back(general("slice", "", [](Inputs x) { return slice(x[0], 1, 1, -1); }, {anything},
                         {{{{2, 4}}, {{2, 3, 2}}, {{0, 3}}, {{2, 2}}}, {{7, 11}}, {{41, 1201}}}));
  rows.push_back(general("select", "", [](Inputs x) { return select(x[0], 1, -2); }, {anything},
                         {{{{2, 3}}, {{2, 3, 2}}, {{0, 3}}}, {{7, 11}}, {{301, 5, 37}}}));
  rows.push_back(general(
      "put_slice", "",
      [](Inputs x) {
        return put_back(x[0], {x[0].extent(0), x[0].extent(1) + 3},
                        [](const Tensor& u) { return slice(u, 1, 1, -2); });
      },
      {anything}, matrices));
  rows.push_back(general("pick", "", [](Inputs x) { return pick(x[0], x[1]); },
                         {anything, below(4)},
                         {{{{3, 4}, {3}}, {{2, 2, 4}, {2, 2}}, {{4}, {}}, {{0, 4}, {0}}},
                          {{17, 4}, {17}},
                          {{20001, 4}, {20001}}}));
  rows.push_back(
      general("put_picked", "",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().inserted(x[0].rank(), 4),
                                [&](const Tensor& u) { return pick(u, x[1]); });
              },
              {anything, below(4)},
              {{{{3}, {3}}, {{2, 2}, {2, 2}}, {{0}, {0}}}, {{17}, {17}}, {{20001}, {20001}}}));
  rows.push_back(general(
      "index_rows", "", [](Inputs x) { return index_rows(x[0], x[1]); }, {anything, below(3)},
      {{{{3, 2}, {4}}, {{3}, {5}}, {{3, 2, 2}, {2}}, {{3, 2}, {0}}, {{3, 0}, {2}}},
       {{5, 3}, {40}},
       {{3, 7}, {5001}}}));
  rows.push_back(
      general("add_slices", "rows",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().with(0, 4),
                                [&](const Tensor& u) { return index_rows(u, x[1]); });
              },
              {anything, below(3)},
              {{{{4, 2}, {4}}, {{5}, {5}}, {{0, 2}, {0}}}, {{40, 3}, {40}}, {{5001, 7}, {5001}}}));
  rows.push_back(general(
      "one_hot", "",
      [](Inputs x) { return one_hot(argmax(x[0]), x[0].extent(-1), x[0].dtype()) * x[0]; }, {apart},
      matrices));
}
}  // namespace

const std::vector<Row>& table() {
  static const std::vector<Row> rows = [] {
    Rows all;
    add_elementwise(all);
    add_reductions_and_losses(all);
    add_shapes(all);
    add_products(all);
    add_indexing(all);
    add_moves(all);
    add_normalisations(all);
    return all;
  }();
  return rows;
}

}  // namespace autograd
