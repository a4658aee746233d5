#pragma once

/// Everything that nn offers, in one include.
#include "nn/data/dataset.h"
#include "nn/data/idx.h"
#include "nn/data/preprocess.h"
#include "nn/flat.h"
#include "nn/init/init.h"
#include "nn/layers/activation.h"
#include "nn/layers/linear.h"
#include "nn/layers/sequential.h"
#include "nn/module.h"
#include "nn/optim/line_search.h"
#include "nn/optim/mean_in_parts.h"
#include "nn/optim/sgd.h"
