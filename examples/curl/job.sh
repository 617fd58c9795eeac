#!/bin/sh
# A prediction for later: submit it, watch it, and fetch its answer.
# Usage: job.sh [http://127.0.0.1:8000]
set -eu
url=${1:-http://127.0.0.1:8000}

# Sent again under the same key, as after a connection that broke, it is still one job.
job=$(curl -fsS "$url/jobs" \
  -H "Idempotency-Key: order-$$-$(date +%s)" \
  -d '{"model": "simple_classifier", "instances": [[1.5, 2.3], [0.8, -1.2]]}')
id=$(printf '%s' "$job" | sed 's/.*"id":"\([^"]*\)".*/\1/')

# One event per change, until the job has ended.
curl -fsSN "$url/jobs/$id/events"

# Or without events: wait up to a minute for its end.
curl -fsS "$url/jobs/$id?wait=60"
