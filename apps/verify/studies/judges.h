#pragma once

#include <cstdint>
#include <vector>

#include "apps/verify/by_hand/flat_vector.h"
#include "apps/verify/by_tape/network.h"
#include "apps/verify/report/claims.h"
#include "apps/verify/studies/problem.h"

/// Who differentiates each study exactly. Every function lists all judges of one study, and the
/// rest of the program takes as many as there are: a further judge is one more entry of a list.
/// Points are flat, W1, b1, W2, b2; claims are computed in the problem's dtype.
namespace verify {

std::vector<Judge> six_weights_judges(const Problem& problem);

/// The variant is that of the derivation by hand.
std::vector<Judge> flat_vector_judges(const Problem& problem, by_hand::Variant variant);

std::vector<Judge> line_search_judges(const Problem& problem);

/// The network that its tape trains.
by_tape::Spec line_search_spec(const Problem& problem);

/// The network without biases: points are W1, W2.
std::vector<Judge> three_ways_judges(const Problem& problem);

/// The first warm-up, y = Σ(x² + 2x): points are x.
std::vector<Judge> sum_of_squares_judges(autograd::Dtype dtype);

/// The second, −log softmax(W h)[label]: points are W.
std::vector<Judge> linear_softmax_judges(autograd::Dtype dtype, const std::vector<double>& h,
                                         std::size_t label);

/// The loss is a sum over the samples.
std::vector<Judge> by_the_book_judges(const Problem& problem);

/// The network that its tape trains.
by_tape::Spec by_the_book_spec(const Problem& problem);

}  // namespace verify
