#include "apps/verify/studies/judges.h"

#include <utility>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/by_hand/line_search.h"
#include "apps/verify/by_hand/six_weights.h"
#include "apps/verify/by_hand/three_ways.h"
#include "apps/verify/by_tape/network.h"
#include "apps/verify/studies/arrays.h"

namespace verify {

using autograd::Dtype;
using autograd::Index;

namespace {

template <class T>
LossAndGradient flat_of(const by_hand::Gradient<T>& g) {
  return {g.loss, flatten(g)};
}
template <class T>
LossAndGradient flat_of(const by_hand::FlatGradient<T>& g) {
  return {g.loss, cast<double>(g.gradient)};
}
template <class T>
LossAndGradient flat_of(const by_hand::Slope<T>& g) {
  return {g.loss, cast<double>(g.gradient)};
}

// A derivation by hand, generic over its scalar, as a judge: derive(point) is called with the flat
// point in the dtype of the claims.
template <class Derive>
Judge by_hand_judge(Dtype dtype, Derive derive) {
  return {"by hand", [dtype, derive = std::move(derive)](std::span<const double> flat) {
            const std::vector<double> point(flat.begin(), flat.end());
            return with_floating(
                dtype, [&](auto zero) { return flat_of(derive(cast<decltype(zero)>(point))); });
          }};
}

// A network's spec for the tape: widths and dtype are the problem's.
by_tape::Spec spec_of(const Problem& problem, const std::string& hidden) {
  const auto [d, h, c] = problem.layers;
  by_tape::Spec spec;
  spec.widths = {static_cast<Index>(d), static_cast<Index>(h), static_cast<Index>(c)};
  spec.hidden = hidden;
  spec.dtype = problem.dtype;
  return spec;
}

LossAndGradient answer(by_tape::LossAndGradient taped) {
  return {taped.loss, std::move(taped.gradient)};
}

Judge by_tape_judge(const Problem& problem, const by_tape::Spec& spec) {
  return {"by tape", [gradient = by_tape::gradient_of(
                          spec, by_tape::samples(spec, problem.x, problem.labels))](
                         std::span<const double> flat) { return answer(gradient(flat)); }};
}

}  // namespace

std::vector<Judge> six_weights_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype,
                        [problem]<class T>(const std::vector<T>& flat) {
                          const std::vector<T> x = cast<T>(problem.x);
                          return by_hand::six_weights<T>(problem.layers,
                                                         by_hand::unpack<T>(problem.layers, flat),
                                                         x, problem.labels);
                        }),
          by_tape_judge(problem, spec_of(problem, "tanh"))};
}

std::vector<Judge> flat_vector_judges(const Problem& problem, by_hand::Variant variant) {
  return {by_hand_judge(problem.dtype,
                        [problem, variant]<class T>(const std::vector<T>& flat) {
                          const std::vector<T> x = cast<T>(problem.x);
                          return by_hand::flat_vector<T>(problem.layers, flat, x, problem.labels,
                                                         variant);
                        }),
          by_tape_judge(problem, spec_of(problem, "relu"))};
}

by_tape::Spec line_search_spec(const Problem& problem) { return spec_of(problem, "sigmoid"); }

std::vector<Judge> line_search_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype,
                        [problem]<class T>(const std::vector<T>& flat) {
                          const std::vector<T> columns =
                              transposed(cast<T>(problem.x), problem.labels.size());
                          return by_hand::line_search<T>(problem.layers,
                                                         by_hand::unpack<T>(problem.layers, flat),
                                                         columns, problem.labels);
                        }),
          by_tape_judge(problem, line_search_spec(problem))};
}

std::vector<Judge> three_ways_judges(const Problem& problem) {
  by_tape::Spec spec = spec_of(problem, "sigmoid");
  spec.output = "log-softmax";
  spec.loss = by_tape::Loss::log_probability;
  spec.biases = false;
  return {by_hand_judge(problem.dtype,
                        [problem]<class T>(const std::vector<T>& flat) {
                          const std::vector<T> x = cast<T>(problem.x);
                          const std::vector<T> labels =
                              one_hot<T>(problem.labels, problem.layers.c);
                          const std::span<const T> all(flat);
                          const std::size_t size = problem.layers.h * problem.layers.d;
                          return by_hand::three_ways<T>(problem.layers, all.first(size),
                                                        all.subspan(size), x, labels);
                        }),
          by_tape_judge(problem, spec)};
}

std::vector<Judge> sum_of_squares_judges(Dtype dtype) {
  return {
      by_hand_judge(dtype,
                    []<class T>(const std::vector<T>& x) { return by_hand::sum_of_squares<T>(x); }),
      Judge{"by tape", [dtype](std::span<const double> x) {
              return answer(by_tape::sum_of_squares(x, dtype));
            }}};
}

std::vector<Judge> linear_softmax_judges(Dtype dtype, const std::vector<double>& h,
                                         std::size_t label) {
  return {by_hand_judge(dtype,
                        [h, label]<class T>(const std::vector<T>& W) {
                          const std::vector<T> input = cast<T>(h);
                          return by_hand::linear_softmax<T>(W, input, label);
                        }),
          Judge{"by tape", [h, label, dtype](std::span<const double> W) {
                  return answer(by_tape::linear_softmax(W, h, label, dtype));
                }}};
}

by_tape::Spec by_the_book_spec(const Problem& problem) {
  by_tape::Spec spec = spec_of(problem, "tanh");
  spec.output = "tanh";
  spec.loss = by_tape::Loss::sum_squared_error;
  return spec;
}

std::vector<Judge> by_the_book_judges(const Problem& problem) {
  const by_tape::Spec spec = by_the_book_spec(problem);
  return {by_hand_judge(problem.dtype,
                        [problem]<class T>(const std::vector<T>& flat) {
                          const std::vector<T> x = cast<T>(problem.x);
                          return by_hand::by_the_book<T>(problem.layers,
                                                         by_hand::unpack<T>(problem.layers, flat),
                                                         {x, problem.labels});
                        }),
          by_tape_judge(problem, spec),
          Judge{"by tape one by one", [problem, spec](std::span<const double> flat) {
                  by_tape::Network network(spec);
                  network.set(flat);
                  const auto samples = by_tape::samples(spec, problem.x, problem.labels);
                  return answer(network.gradient_one_by_one(samples));
                }}};
}

}  // namespace verify
