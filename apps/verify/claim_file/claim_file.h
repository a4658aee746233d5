#pragma once

#include <map>
#include <string>
#include <vector>

#include "apps/verify/check/network_check.h"
#include "apps/verify/claim_file/settings.h"
#include "autograd/tensor/tensor.h"

// Somebody's gradient, as it comes in an archive:
//
//     X (N, d)                         samples, integers or floating point
//     y (N) or Y (N, c)                labels 0 … c − 1, or targets; with one output, y is a target
//     W1 (out, in), b1 (out), W2, …    parameters; a layer may lack its bias
//     dW1, db1, …                      what is claimed of each
//     loss                             claimed as well; may be left out
//     mask1 (N, h) or (h), …           multiplied after a hidden layer's activation; may be left
//     out
//
// Vectors may also be (n, 1) or (1, n). With weights in-out, W and dW are (in, out); with samples
// in columns, X is (d, N), Y (c, N) and a mask (h, N).

namespace verify {

struct Reading {
  NetworkClaim claim;
  std::vector<std::string> said;  ///< what was inferred or left unread, a sentence each
};

/// The claim in an archive's arrays. An orientation or a reduction that the settings leave out is
/// inferred where the shapes and the given loss allow one reading only; a reduction that nothing
/// tells is the mean. `file` begins every message. Throws autograd::Error, in one line, for what is
/// missing, does not fit, is not finite (but for the claim, which may hold NaN) or could be read in
/// two ways.
Reading read_claim(const std::map<std::string, autograd::Tensor>& arrays,
                   const FileSettings& settings, const std::string& file);

}  // namespace verify
