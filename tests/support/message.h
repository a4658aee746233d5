#pragma once

#include <string>

#include "autograd/tensor/error.h"

/// What the Error says that the call throws.
template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const autograd::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}
