#pragma once

/// Everything that autograd offers, in one include.
#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"
#include "autograd/check/differences.h"
#include "autograd/check/estimate.h"
#include "autograd/tensor/dtype.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/print.h"
#include "autograd/tensor/random.h"
#include "autograd/tensor/shape.h"
#include "autograd/tensor/tensor.h"
