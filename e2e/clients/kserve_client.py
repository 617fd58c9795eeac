"""Drives a server with KServe's own client, over REST and gRPC, and prints what came of it as one JSON object.

Usage: kserve_client.py HTTP_HOST:PORT GRPC_HOST:PORT. The server has the model "simple_classifier".
"""
import asyncio
import json
import sys

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

MODEL = "simple_classifier"
ROWS = np.array([[1.5, 2.3], [0.8, -1.2]], np.float32)


async def main(http, grpc):
    url = f"http://{http}"
    rest, old, stub = InferenceRESTClient(RESTConfig(protocol="v2")), InferenceRESTClient(RESTConfig(protocol="v1")), InferenceGRPCClient(grpc)
    print(json.dumps({
        "rest": {
            "live": await rest.is_server_live(url),
            "ready": await rest.is_server_ready(url),
            "model_ready": await rest.is_model_ready(url, MODEL),
            "unknown_ready": await rest.is_model_ready(url, "nope"),
        },
        "grpc": {
            "live": await stub.is_server_live(),
            "ready": await stub.is_server_ready(),
            "model_ready": await stub.is_model_ready(MODEL),
        },
        "rows": ROWS.astype(float).tolist(),
        "answers": {
            "JSON": values(await rest.infer(url, request(binary=False), model_name=MODEL)),
            "binary": values(await rest.infer(url, request(binary=True), model_name=MODEL)),
            "typed fields": values(await stub.infer(request(binary=False))),
            "raw contents": values(await stub.infer(request(binary=True))),
            "v1": np.ravel((await old.infer(url, {"instances": ROWS.astype(float).tolist()}, model_name=MODEL))["predictions"]).tolist(),
        },
    }))


def request(binary):
    features = InferInput("features", list(ROWS.shape), "FP32")
    features.set_data_from_numpy(ROWS, binary_data=binary)
    return InferRequest(MODEL, [features])


def values(response):
    return np.ravel(response.outputs[0].as_numpy()).astype(float).tolist()


asyncio.run(main(*sys.argv[1:]))
