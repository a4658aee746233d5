#pragma once

#include "autograd/ops/softmax.h"
#include "autograd/tensor/tensor.h"

/// The losses that networks are trained on. Each throws Error where shapes do not fit or dtypes
/// differ; what it does at kinks and how exact it is, the README of this folder says.
namespace autograd {

/// What becomes of the losses of single samples.
enum class Reduction { mean, sum, none };

/// −log softmax(logits)[label] for each sample: logits [N, classes], labels i64 [N]. Throws for a
/// label that is no class.
Tensor cross_entropy(const Tensor& logits, const Tensor& labels,
                     Reduction reduction = Reduction::mean);

struct CrossEntropySettings {
  /// This part of every target, from 0 to 1, is spread evenly over all classes.
  double label_smoothing = 0;

  /// A factor for each class, [classes]; none: 1 for every class.
  Tensor class_weights = {};
};

/// −Σₖ wₖqₖ·log softmax(logits)ₖ for each sample, q = (1 − smoothing)·onehot(label) +
/// smoothing/classes. With class weights the mean is Σ losses / Σ w[label]: it divides by the sum
/// of the weights of the labels, not by the number of samples.
Tensor cross_entropy(const Tensor& logits, const Tensor& labels, const CrossEntropySettings& with,
                     Reduction reduction = Reduction::mean);

/// −Σ target·log softmax(logits) for each sample: targets [N, classes], each row summing to 1. A
/// target of 0 counts for nothing, even where the logarithm is −∞.
Tensor cross_entropy_with_probabilities(const Tensor& logits, const Tensor& targets,
                                        Reduction reduction = Reduction::mean);

/// The negative log-likelihood −log_probabilities[label] for each sample: log_probabilities
/// [.., classes], labels i64 [..]. Throws for a label that is no class.
Tensor nll(const Tensor& log_probabilities, const Tensor& labels,
           Reduction reduction = Reduction::mean);

/// The same times w[label]: log_probabilities [N, classes], labels [N], class_weights [classes].
/// The mean is Σ losses / Σ w[label].
Tensor nll(const Tensor& log_probabilities, const Tensor& labels, const Tensor& class_weights,
           Reduction reduction = Reduction::mean);

/// −t·ln σ(x) − (1 − t)·ln σ(−x), element by element: the binary cross entropy of logits x and
/// targets t from 0 to 1. The mean is over all elements.
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets,
                       Reduction reduction = Reduction::mean);

/// (prediction − target)², element by element; the mean is over all elements.
Tensor squared_error(const Tensor& prediction, const Tensor& target,
                     Reduction reduction = Reduction::mean);

/// |prediction − target|, element by element; the mean is over all elements.
Tensor absolute_error(const Tensor& prediction, const Tensor& target,
                      Reduction reduction = Reduction::mean);

/// ½d² for |d| ≤ delta, else delta·(|d| − ½·delta), d = prediction − target, element by element;
/// the mean is over all elements. Throws unless delta > 0.
Tensor huber(const Tensor& prediction, const Tensor& target, double delta = 1,
             Reduction reduction = Reduction::mean);

/// max(1 − t·s, 0), element by element, for scores s and targets t of −1 or 1; the mean is over
/// all elements.
Tensor hinge(const Tensor& scores, const Tensor& targets, Reduction reduction = Reduction::mean);

/// Σ p·(ln p − l) over the last axis: how far the distributions with the log-probabilities l
/// [.., classes] are from the targets p, of the same shape; a target of 0 counts for nothing. The
/// mean is over the distributions.
Tensor kl_divergence(const Tensor& log_probabilities, const Tensor& targets,
                     Reduction reduction = Reduction::mean);

/// Σ ab/(‖a‖·‖b‖) along an axis, which is gone from the result; 0 where one of them is all 0. Of
/// equal shapes.
Tensor cosine_similarity(const Tensor& a, const Tensor& b, Index axis = -1);

}  // namespace autograd
