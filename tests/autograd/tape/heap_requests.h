#pragma once

namespace autograd {

/// How often the calling thread has asked for memory with `new`, as the tensors' pool does too.
long heap_requests();

}  // namespace autograd
