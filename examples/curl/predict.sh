#!/bin/sh
# Predictions now: two rows in, two answers out.
# Usage: predict.sh [http://127.0.0.1:8000]
set -eu
url=${1:-http://127.0.0.1:8000}

curl -fsS "$url/v1/models/simple_classifier:predict" \
  -H 'content-type: application/json' \
  -d '{"instances": [[1.5, 2.3], [0.8, -1.2]]}'
