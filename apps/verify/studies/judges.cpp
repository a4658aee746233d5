#include "apps/verify/studies/judges.h"

#include <utility>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/by_hand/line_search.h"
#include "apps/verify/by_hand/six_weights.h"
#include "apps/verify/by_hand/three_ways.h"
#include "apps/verify/studies/arrays.h"

namespace verify {

using autograd::Dtype;

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

}  // namespace

std::vector<Judge> six_weights_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype, [problem]<class T>(const std::vector<T>& flat) {
    const std::vector<T> x = cast<T>(problem.x);
    return by_hand::six_weights<T>(problem.layers, by_hand::unpack<T>(problem.layers, flat), x,
                                   problem.labels);
  })};
}

std::vector<Judge> flat_vector_judges(const Problem& problem, by_hand::Variant variant) {
  return {by_hand_judge(problem.dtype, [problem, variant]<class T>(const std::vector<T>& flat) {
    const std::vector<T> x = cast<T>(problem.x);
    return by_hand::flat_vector<T>(problem.layers, flat, x, problem.labels, variant);
  })};
}

std::vector<Judge> line_search_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype, [problem]<class T>(const std::vector<T>& flat) {
    const std::vector<T> columns = transposed(cast<T>(problem.x), problem.labels.size());
    return by_hand::line_search<T>(problem.layers, by_hand::unpack<T>(problem.layers, flat),
                                   columns, problem.labels);
  })};
}

std::vector<Judge> three_ways_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype, [problem]<class T>(const std::vector<T>& flat) {
    const std::vector<T> x = cast<T>(problem.x);
    const std::vector<T> labels = one_hot<T>(problem.labels, problem.layers.c);
    const std::span<const T> all(flat);
    const std::size_t size = problem.layers.h * problem.layers.d;
    return by_hand::three_ways<T>(problem.layers, all.first(size), all.subspan(size), x, labels);
  })};
}

std::vector<Judge> sum_of_squares_judges(Dtype dtype) {
  return {by_hand_judge(
      dtype, []<class T>(const std::vector<T>& x) { return by_hand::sum_of_squares<T>(x); })};
}

std::vector<Judge> linear_softmax_judges(Dtype dtype, const std::vector<double>& h,
                                         std::size_t label) {
  return {by_hand_judge(dtype, [h, label]<class T>(const std::vector<T>& W) {
    const std::vector<T> input = cast<T>(h);
    return by_hand::linear_softmax<T>(W, input, label);
  })};
}

std::vector<Judge> by_the_book_judges(const Problem& problem) {
  return {by_hand_judge(problem.dtype, [problem]<class T>(const std::vector<T>& flat) {
    const std::vector<T> x = cast<T>(problem.x);
    return by_hand::by_the_book<T>(problem.layers, by_hand::unpack<T>(problem.layers, flat),
                                   {x, problem.labels});
  })};
}

}  // namespace verify
