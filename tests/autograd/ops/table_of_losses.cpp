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

void add_reductions(Rows& rows) {
  const auto reduction = [&](const std::string& name, const std::string& variant, const Draw& draw,
                             auto reduce) {
    rows.push_back(general(
        name, variant, [reduce](Inputs x) { return reduce(x[0]); }, {draw}, cubes));
  };
  reduction("sum", "", anything, [](const Tensor& x) { return sum(x); });
  reduction("sum", "axis", anything, [](const Tensor& x) { return sum(x, 1); });
  reduction("sum", "first_axis", anything, [](const Tensor& x) { return sum(x, 0); });
  reduction("sum", "axes_kept", anything, [](const Tensor& x) {
    return sum(x, {0, -1}, KeepAxes::yes);
  });
  reduction("mean", "axes", anything, [](const Tensor& x) { return mean(x, {2, 0}); });
  reduction("mean", "kept", anything, [](const Tensor& x) { return mean(x, -1, KeepAxes::yes); });
  reduction("max", "axis", apart, [](const Tensor& x) { return max(x, 0); });
  reduction("max", "", apart, [](const Tensor& x) { return max(x, {0, 2}, KeepAxes::yes); });
  reduction("min", "axis", apart, [](const Tensor& x) { return min(x, 0); });
  reduction("min", "", apart, [](const Tensor& x) { return min(x, {0, 2}, KeepAxes::yes); });
  reduction("prod", "", nonzero, [](const Tensor& x) { return prod(x, 1); });
  reduction("prod", "axes_kept", nonzero, [](const Tensor& x) {
    return prod(x, {0, -1}, KeepAxes::yes);
  });
  reduction("cumsum", "", anything, [](const Tensor& x) { return cumsum(x, 1); });
  reduction("norm1", "", nonzero, [](const Tensor& x) { return norm1(x, {0, 2}); });
  reduction("norm2", "", nonzero, [](const Tensor& x) { return norm2(x, 0); });
  reduction("norm2", "axes_kept", nonzero, [](const Tensor& x) {
    return norm2(x, {0, 2}, KeepAxes::yes);
  });
  reduction("norm_inf", "", apart, [](const Tensor& x) { return norm_inf(x, 0); });
  rows.push_back(general("variance", "",
                         [](Inputs x) {
                           return variance(x[0], {0, 2});
                         },
                         {anything}, {{{{2, 3, 2}}, {{3, 1, 2}}}, {{4, 5, 6}}, {{31, 43, 37}}}));
  rows.push_back(general("variance", "kept",
                         [](Inputs x) { return variance(x[0], -1, 1, KeepAxes::yes); }, {apart},
                         {{{{3, 4}}, {{0, 3}}}, {{9, 7}}, {{301, 203}}}));
  rows.push_back(general("standard_deviation", "",
                         [](Inputs x) { return standard_deviation(x[0], -1, 1); }, {apart},
                         {{{{3, 4}}, {{0, 3}}}, {{9, 7}}, {{301, 203}}}));
  // Operations that only pullbacks use.
  rows.push_back(general("center", "",
                         [](Inputs x) {
                           Tape inner;
                           const Tensor u = inner.watch(x[0]);
                           return inner.gradient(sum(variance(u, -1)))[u];
                         },
                         {anything}, {{{{3, 4}}, {{1, 2}}}, {{9, 7}}, {{301, 203}}}));
  rows.push_back(general("shift", "",
                         [](Inputs x) {
                           Tape inner;
                           const Tensor u = inner.watch(x[0]);
                           return inner.gradient(sum(prod(u, -1)))[u];
                         },
                         {nonzero}, {{{{3, 4}}, {{1, 5}}, {{2, 0}}}, {{9, 7}}, {{301, 11}}}));
  const auto mask = [&](const std::string& name, auto f) {
    rows.push_back(general(
        name, "",
        [f](Inputs x) { return x[0] * (to(f(x[0] > 1.5, -1, KeepAxes::yes), x[0].dtype()) + 1); },
        {steps(0.2)}, matrices));
  };
  mask("any",
       [](const Tensor& x, Index axis, KeepAxes keep) { return autograd::any(x, axis, keep); });
  mask("all",
       [](const Tensor& x, Index axis, KeepAxes keep) { return all(logical_not(x), axis, keep); });
  reduction("sum_to", "", anything, [](const Tensor& x) { return sum_to(x, {x.shape()[1], 1}); });
  rows.push_back(
      general("sum", "rank_5",
              [](Inputs x) {
                return sum(x[0], {1, 2, 4});
              },
              {anything},
              {{{{2, 3, 1, 2, 2}}, {{1, 2, 2, 0, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("sum", "scalar", [](Inputs x) { return sum(x[0]) * 2; }, {anything},
                         {{{{}}, {{0}}}, {{}}, {{50000}}}));
  rows.push_back(general(
      "argmax", "", [](Inputs x) { return pick(x[0], argmax(x[0])); }, {apart}, matrices));
  rows.push_back(general(
      "argmin", "", [](Inputs x) { return pick(x[0], argmin(x[0])); }, {apart}, matrices));
}
void add_softmaxes(Rows& rows) {
  const auto lines = [&](const std::string& name, auto f) {
    rows.push_back(general(
        name, "", [f](Inputs x) { return f(x[0], -1); }, {anything}, matrices));
    rows.push_back(general(name, "middle_axis", [f](Inputs x) { return f(x[0], 1); }, {anything},
                           {{{{2, 3, 2}}, {{0, 2, 2}}}, {{4, 5, 6}}, {{31, 43, 37}}}));
  };
  lines("logsumexp", logsumexp);
  lines("softmax", softmax);
  lines("log_softmax", log_softmax);
}

void add_losses(Rows& rows) {
  const Sizes pairs{
      {{{2, 3}, {2, 3}}, {{1, 4}, {1, 4}}}, {{7, 11}, {7, 11}}, {{41, 1201}, {41, 1201}}};
  const Draw probability = uniform(0.1, 0.9);
  const auto paired = [&](const std::string& name, const std::string& variant, auto f,
                          const Draw& a, const Draw& b) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0], x[1]); }, {a, b}, pairs));
  };
  const auto none = Reduction::none;
  paired(
      "bce_with_logits", "",
      [=](const Tensor& x, const Tensor& t) { return bce_with_logits(x, t, none); }, anything,
      probability);
  paired(
      "absolute_error", "", [](const Tensor& a, const Tensor& b) { return absolute_error(a, b); },
      steps(0), steps(0.25));
  paired(
      "huber", "", [=](const Tensor& a, const Tensor& b) { return huber(a, b, 0.5, none); },
      steps(0), steps(0.25));
  paired(
      "hinge", "", [=](const Tensor& s, const Tensor& t) { return hinge(s, 2 * t, none); },
      steps(0.2), each([](Random& random) { return random.below(2) == 0 ? 0.5 : -0.5; }));
  paired(
      "relative_entropy", "", [](const Tensor& l, const Tensor& p) { return kl_divergence(l, p); },
      anything, probability);
  paired(
      "cosine_similarity", "",
      [](const Tensor& a, const Tensor& b) { return cosine_similarity(a, b); }, nonzero, nonzero);
  const Sizes labelled{{{{3, 4}, {3}}, {{1, 5}, {1}}}, {{9, 7}, {9}}, {{301, 203}, {301}}};
  rows.push_back(general(
      "cross_entropy_with_probabilities", "smoothed_and_weighted",
      [](Inputs x) {
        const Tensor weights = arange(x[0].extent(1), x[0].dtype()) + 0.5;
        return cross_entropy(x[0], x[1], {0.1, weights});
      },
      {anything, below(4)}, labelled));
  rows.push_back(general(
      "nll", "", [](Inputs x) { return nll(x[0], x[1]); }, {anything, below(4)}, labelled));
  rows.push_back(general(
      "nll", "weighted",
      [](Inputs x) {
        const Tensor weights = arange(x[0].extent(1), x[0].dtype()) + 0.5;
        return nll(x[0], x[1], weights);
      },
      {anything, below(4)}, labelled));
  for (const auto& [variant, reduction] :
       {std::pair{"mean", Reduction::mean}, std::pair{"sum", Reduction::sum},
        std::pair{"none", Reduction::none}}) {
    const Reduction r = reduction;
    rows.push_back(general("cross_entropy", r == Reduction::mean ? "" : variant,
                           [r](Inputs x) { return cross_entropy(x[0], x[1], r); },
                           {anything, below(4)},
                           {{{{3, 4}, {3}}, {{1, 5}, {1}}}, {{9, 7}, {9}}, {{301, 203}, {301}}}));
    rows.push_back(general(
        "cross_entropy_with_probabilities", variant,
        [r](Inputs x) { return cross_entropy_with_probabilities(x[0], x[1], r); },
        {anything, positive},
        {{{{3, 4}, {3, 4}}, {{1, 3}, {1, 3}}}, {{9, 7}, {9, 7}}, {{301, 203}, {301, 203}}}));
    rows.push_back(general("squared_error", variant,
                           [r](Inputs x) { return squared_error(x[0], x[1], r); },
                           {anything, anything},
                           {{{{2, 3}, {2, 3}}, {{2, 3}, {3}}, {{}, {}}},
                            {{7, 11}, {7, 11}},
                            {{41, 1201}, {41, 1201}}}));
  }
}
}  // namespace

void add_reductions_and_losses(Rows& rows) {
  add_reductions(rows);
  add_softmaxes(rows);
  add_losses(rows);
}

}  // namespace autograd
