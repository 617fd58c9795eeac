"""A prediction for later: submit it, and wait for its end. Usage: job.py [http://127.0.0.1:8000]"""
import sys
import uuid

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"

# Sent again under the same key, as after a connection that broke, it is still one job.
headers = {"Idempotency-Key": str(uuid.uuid4())}
body = {"model": "simple_classifier", "instances": [[1.5, 2.3], [0.8, -1.2]]}
job = requests.post(f"{url}/jobs", json=body, headers=headers, timeout=30).json()

while job["status"] in ("queued", "running"):
    job = requests.get(f"{url}/jobs/{job['id']}", params={"wait": 60}, timeout=90).json()
print(job["status"], job["result"] or job["error"])
