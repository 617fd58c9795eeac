#!/bin/sh
# The same rows as a tensor of the Open Inference Protocol, which Triton and KServe speak.
# Usage: open-inference.sh [http://127.0.0.1:8000]
set -eu
url=${1:-http://127.0.0.1:8000}

curl -fsS "$url/v2/models/simple_classifier/infer" \
  -H 'content-type: application/json' \
  -d '{"inputs": [{"name": "features", "datatype": "FP32", "shape": [2, 2], "data": [1.5, 2.3, 0.8, -1.2]}]}'
