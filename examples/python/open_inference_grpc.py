"""As a client of Triton over gRPC, with its own library; tensors travel as bytes. Usage: open_inference_grpc.py [127.0.0.1:8500]"""
import sys

import numpy as np
import tritonclient.grpc as triton

address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8500"
client = triton.InferenceServerClient(address)

rows = np.array([[1.5, 2.3], [0.8, -1.2]], dtype=np.float32)
features = triton.InferInput("features", rows.shape, "FP32")
features.set_data_from_numpy(rows)

answer = client.infer("simple_classifier", [features])
print(answer.as_numpy("probability").tolist())
