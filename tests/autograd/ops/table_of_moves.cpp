#include "autograd/ops/einsum.h"
#include "autograd/ops/index.h"
#include "autograd/ops/join.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/matrix.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tape/checkpoint.h"
#include "tests/autograd/ops/rows.h"

namespace autograd {
namespace {

void add_slices(Rows& rows) {
  const auto of_one = [&](const std::string& name, const std::string& variant, auto f) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0]); }, {anything}, cubes));
  };
  of_one("slice", "in_steps", [](const Tensor& x) { return slice(x, -1, 0, x.extent(-1), 2); });
  of_one("slice", "backwards", [](const Tensor& x) { return slice(x, 0, 0, x.extent(0), -2); });
  of_one("slice", "of_rows", [](const Tensor& x) { return slice(x, 0, 1, x.extent(0)) * 2; });
  of_one("put_slice", "backwards", [](const Tensor& x) {
    return put_back(x, x.shape().with(1, 2 * x.extent(1)),
                    [](const Tensor& u) { return slice(u, 1, 0, u.extent(1), -2); });
  });
  of_one("pad", "", [](const Tensor& x) { return pad(x, {{1, 0}, {0, 0}, {2, 1}}, 3); });
  of_one("flip", "", [](const Tensor& x) { return flip(x, {0, -1}); });
  of_one("roll", "", [](const Tensor& x) { return roll(x, 1, -1) * x; });
  of_one("roll", "first_axis", [](const Tensor& x) { return roll(x, -1, 0) * x; });
  of_one("split", "", [](const Tensor& x) {
    const auto parts = split(x, {1, x.extent(0) - 1});
    return parts[0] * parts[1];
  });
  of_one("unstack", "", [](const Tensor& x) {
    const auto slices = unstack(x, -1);
    return slices.front() * slices.back();
  });
  of_one("flatten", "", [](const Tensor& x) { return flatten(x, 1) * 2; });
  of_one("expand", "", [](const Tensor& x) { return expand(x, {2, -1, -1, -1}); });
  of_one("tile", "", [](const Tensor& x) { return tile(x, {2, 1, 3}); });
  of_one("repeat", "", [](const Tensor& x) { return repeat(x, 3, 1); });
}

void add_joins(Rows& rows) {
  rows.push_back(general("concatenate", "",
                         [](Inputs x) {
                           return concatenate({x[0], x[1], x[0] * x[0]}, 1);
                         },
                         {anything, anything},
                         {{{{2, 3}, {2, 1}}, {{2, 0}, {2, 2}}, {{0, 2}, {0, 1}}},
                          {{7, 5}, {7, 11}},
                          {{41, 1201}, {41, 300}}}));
  rows.push_back(
      general("concatenate", "first_axis",
              [](Inputs x) {
                return concatenate({x[0], x[1]});
              },
              {anything, anything},
              {{{{2, 3}, {1, 3}}, {{2}, {0}}}, {{7, 5}, {2, 5}}, {{41, 900}, {9, 900}}}));
  rows.push_back(general(
      "stack", "",
      [](Inputs x) {
        return stack({x[0], x[1]}, -1);
      },
      {anything, anything},
      {{{{2, 3}, {2, 3}}, {{}, {}}, {{0}, {0}}}, {{7, 5}, {7, 5}}, {{41, 900}, {41, 900}}}));
}

void add_choices(Rows& rows) {
  rows.push_back(general("gather", "", [](Inputs x) { return gather(x[0], x[1], 1); },
                         {anything, below(3)},
                         {{{{2, 3}, {4}}, {{2, 3, 2}, {2, 2}}, {{1, 3}, {}}, {{2, 3}, {0}}},
                          {{5, 3, 2}, {4, 5}},
                          {{40, 3, 7}, {301}}}));
  rows.push_back(
      general("gather", "rows_of_any_rank", [](Inputs x) { return index_rows(x[0], x[1]); },
              {anything, below(3)},
              {{{{3, 2}, {2, 3}}, {{3}, {2, 2}}}, {{5, 3}, {6, 7}}, {{3, 7}, {100, 50}}}));
  rows.push_back(general(
      "add_slices", "",
      [](Inputs x) {
        return put_back(x[0], x[0].shape().with(1, 3),
                        [&](const Tensor& u) { return gather(u, x[1], 1); });
      },
      {anything, below(3)},
      {{{{2, 4}, {4}}, {{2, 2, 2}, {2}}, {{2, 0}, {0}}}, {{5, 20}, {20}}, {{40, 301, 7}, {301}}}));
  rows.push_back(general("scatter_add", "",
                         [](Inputs x) { return scatter_add(x[0], x[2], x[1], 1); },
                         {anything, anything, below(3)},
                         {{{{2, 3}, {2, 4}, {4}}, {{2, 3, 2}, {2, 1, 2}, {1}}},
                          {{5, 3}, {5, 20}, {20}},
                          {{40, 3, 7}, {40, 301, 7}, {301}}}));
  rows.push_back(general("take_along_axis", "",
                         [](Inputs x) { return take_along_axis(x[0], x[1], 1); },
                         {anything, below(3)},
                         {{{{2, 3}, {2, 4}}, {{2, 3, 2}, {2, 2, 2}}, {{0, 3}, {0, 2}}},
                          {{5, 3, 2}, {5, 7, 2}},
                          {{40, 3, 7}, {40, 301, 7}}}));
  rows.push_back(general("add_along_axis", "",
                         [](Inputs x) {
                           return put_back(x[0], x[0].shape().with(1, 3), [&](const Tensor& u) {
                             return take_along_axis(u, x[1], 1);
                           });
                         },
                         {anything, below(3)},
                         {{{{2, 4}, {2, 4}}, {{2, 2, 2}, {2, 2, 2}}, {{0, 2}, {0, 2}}},
                          {{5, 7, 2}, {5, 7, 2}},
                          {{40, 301, 7}, {40, 301, 7}}}));
}

void add_matrices(Rows& rows) {
  const Sizes sizes{{{{3, 4}}, {{4, 2}}, {{2, 3, 2}}, {{0, 3, 2}}}, {{3, 7, 5}}, {{5, 130, 150}}};
  const auto of_one = [&](const std::string& name, const std::string& variant, auto f) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0]); }, {anything}, sizes));
  };
  of_one("diagonal", "", [](const Tensor& x) { return diagonal(x); });
  of_one("diagonal", "above", [](const Tensor& x) { return diagonal(x, 1); });
  of_one("diagonal", "below", [](const Tensor& x) { return diagonal(x, -1); });
  of_one("diagonal", "outside", [](const Tensor& x) { return sum(diagonal(x, 900)) + x; });
  of_one("put_diagonal", "", [](const Tensor& x) { return diag(x, 2); });
  of_one("put_diagonal", "below", [](const Tensor& x) { return diag(x, -1); });
  of_one("trace", "", [](const Tensor& x) { return trace(x); });
  of_one("tril", "", [](const Tensor& x) { return tril(x, -1); });
  of_one("triu", "", [](const Tensor& x) { return triu(x); });
  of_one("pack_triangle", "lower", [](const Tensor& x) { return pack_tril(x, 1); });
  of_one("pack_triangle", "upper", [](const Tensor& x) { return pack_triu(x, -1); });
  const Sizes packed{{{{6}}, {{2, 3}}, {{0, 3}}, {{2, 0}}}, {{3, 2, 10}}, {{40, 325}}};
  rows.push_back(general(
      "unpack_triangle", "lower", [](Inputs x) { return unpack_tril(x[0]); }, {anything}, packed));
  rows.push_back(general(
      "unpack_triangle", "upper", [](Inputs x) { return unpack_triu(x[0], 2); }, {anything},
      packed));
  rows.push_back(general("outer", "", [](Inputs x) { return outer(x[0], x[1]); },
                         {anything, anything},
                         {{{{3}, {2}}, {{0}, {2}}}, {{7}, {11}}, {{301}, {203}}}));
  rows.push_back(general("dot", "", [](Inputs x) { return dot(x[0], x[1]); }, {anything, anything},
                         {{{{3}, {3}}, {{0}, {0}}}, {{57}, {57}}, {{40001}, {40001}}}));
}

void add_batched_products(Rows& rows) {
  const Sizes batches{{{{2, 1, 2, 2}, {3, 2, 2}},
                       {{2, 2, 2, 2}, {1, 2, 2, 2}},
                       {{1, 2, 2}, {2, 2}},
                       {{2, 2}, {0, 2, 2}},
                       {{0, 2, 2}, {2, 2}}},
                      {{3, 1, 5, 5}, {2, 5, 5}},
                      {{20, 1, 30, 30}, {7, 30, 30}}};
  for (const bool a : {false, true}) {
    for (const bool b : {false, true}) {
      const std::string variant = std::string("batches") + (a ? "_a" : "") + (b ? "_b" : "");
      rows.push_back(general(
          "matmul", variant,
          [a, b](Inputs x) {
            return matmul(x[0], x[1], {a, b});
          },
          {anything, anything}, batches));
    }
  }
  // The gradient of a product by the operand that all of the batch share.
  rows.push_back(
      general("summed_matmul", "",
              [](Inputs x) {
                return put_back(x[0], {x[0].extent(-2), x[1].extent(-2)},
                                [&](const Tensor& u) { return matmul(u, x[1]); });
              },
              {anything, anything},
              {{{{2, 3, 2}, {2, 2, 2}}}, {{3, 4, 5}, {3, 6, 5}}, {{20, 30, 40}, {20, 50, 40}}}));
}

void add_einsums(Rows& rows) {
  const auto equation = [&](const std::string& variant, const std::string& text, Sizes sizes) {
    rows.push_back(general(
        "einsum", variant, [text](Inputs x) { return einsum(text, x[0], x[1]); },
        {anything, anything}, std::move(sizes)));
  };
  equation("product", "ij,jk->ik",
           {{{{2, 3}, {3, 2}}}, {{5, 7}, {7, 4}}, {{130, 150}, {150, 140}}});
  equation("batch", "bij,bkj->bik",
           {{{{2, 2, 3}, {2, 1, 3}}}, {{3, 5, 7}, {3, 4, 7}}, {{9, 40, 50}, {9, 30, 50}}});
  equation("mixed", "abc,cdb->da",
           {{{{2, 2, 3}, {3, 1, 2}}}, {{3, 5, 7}, {7, 4, 5}}, {{9, 40, 50}, {50, 30, 40}}});
  equation("repeated", "iij,jk->ki",
           {{{{2, 2, 3}, {3, 2}}}, {{5, 5, 7}, {7, 4}}, {{40, 40, 50}, {50, 30}}});
  equation("summed_alone", "ij,kl->l",
           {{{{2, 2}, {3, 2}}}, {{5, 7}, {7, 4}}, {{130, 150}, {150, 140}}});
  equation("elementwise", "ij,ji->ij",
           {{{{2, 3}, {3, 2}}}, {{5, 7}, {7, 5}}, {{130, 150}, {150, 130}}});
  equation("rows_dotted", "ij,ij->i",
           {{{{2, 3}, {2, 3}}}, {{5, 7}, {5, 7}}, {{130, 150}, {130, 150}}});
  equation("implicit", "ba,cb", {{{{2, 3}, {2, 2}}}, {{5, 7}, {4, 5}}, {{130, 150}, {140, 130}}});
  equation("outer", "i,j->ji", {{{{2}, {3}}}, {{5}, {7}}, {{130}, {150}}});
}

void add_checkpoints(Rows& rows) {
  rows.push_back(general("checkpoint", "",
                         [](Inputs x) {
                           const auto f = [](Inputs in) { return sin(in[0] * in[0]) * in[1]; };
                           return checkpoint(f, x);
                         },
                         {anything, anything},
                         {{{{2, 3}, {2, 3}}, {{2, 1}, {3}}, {{}, {2}}, {{0, 3}, {3}}},
                          {{7, 11}, {11}},
                          {{41, 1201}, {41, 1}}}));
  rows.back().dual = false;
}

}  // namespace

void add_moves(Rows& rows) {
  add_slices(rows);
  add_joins(rows);
  add_choices(rows);
  add_matrices(rows);
  add_batched_products(rows);
  add_einsums(rows);
  add_checkpoints(rows);
}

}  // namespace autograd
