"""As a client of TensorFlow Serving's gRPC API, with its own stubs. Usage: tf_serving_grpc.py [127.0.0.1:8500]"""
import sys

import grpc
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8500"
service = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(address))

request = predict_pb2.PredictRequest()
request.model_spec.name = "simple_classifier"
request.inputs["features"].CopyFrom(tf.make_tensor_proto([[1.5, 2.3], [0.8, -1.2]], dtype=tf.float32))

answer = service.Predict(request, timeout=30)
print(tf.make_ndarray(answer.outputs["probability"]).tolist())
