"""Drives a server with TensorFlow Serving's own gRPC stubs and prints what came of it as one JSON object.

Usage: tf_serving_grpc.py HOST:PORT DESCRIPTORS. The server has the model "simple_classifier"; the file DESCRIPTORS holds the server's own
FileDescriptorProtos, base64, as a JSON list: they are compared with those that TensorFlow and Triton publish.
"""
import base64
import json
import sys

import grpc
import numpy as np
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool
from tensorflow_serving.apis import (
    classification_pb2, get_model_metadata_pb2, get_model_status_pb2, inference_pb2, model_management_pb2, model_service_pb2_grpc, predict_pb2, prediction_service_pb2_grpc, regression_pb2,
)
import tensorflow_serving.apis.model_service_pb2  # these three register the definitions to compare with
import tensorflow_serving.apis.prediction_service_pb2
import tritonclient.grpc.service_pb2

MODEL = "simple_classifier"
POINTS = np.array([[1.5, 2.3], [-1.0, 0.25]], np.float32)


def main(address, descriptors):
    channel = grpc.insecure_channel(address)
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    models = model_service_pb2_grpc.ModelServiceStub(channel)
    name = input_name(stub)
    report = {
        "input": name,
        "forms": forms(stub, name),
        "classify": classify(stub),
        "regress": [value.value for value in stub.Regress(request(regression_pb2.RegressionRequest(), examples(name)), timeout=10).result.regressions],
        "multi": multi(stub, name),
        "status": [(status.version, status.state, status.status.error_code) for status in models.GetModelStatus(get_model_status_pb2.GetModelStatusRequest(model_spec={"name": MODEL}), timeout=10).model_version_status],
        "label": reload_label(models, stub, name),
        "refusals": refusals(stub, models, name),
        "differences": differences(descriptors),
    }
    print(json.dumps(report))


def input_name(stub):
    metadata = stub.GetModelMetadata(get_model_metadata_pb2.GetModelMetadataRequest(model_spec={"name": MODEL}, metadata_field=["signature_def"]), timeout=10)
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert metadata.metadata["signature_def"].Unpack(signatures)
    return next(iter(signatures.signature_def["serving_default"].inputs))


def predict_request(name, tensor):
    message = predict_pb2.PredictRequest(model_spec={"name": MODEL})
    message.inputs[name].CopyFrom(tensor)
    return message


def forms(stub, name):
    """The same points in every way the client can write them; one after the other, so that each runs alone and may be compared bit by bit."""
    content = tf.make_tensor_proto(POINTS)
    typed = tf.make_tensor_proto(POINTS)
    typed.ClearField("tensor_content")
    typed.float_val.extend(POINTS.flatten().tolist())
    answers = [stub.Predict(predict_request(name, proto), timeout=10) for proto in (content, typed)]
    future = stub.Predict.future(predict_request(name, content), timeout=10).result()
    arrays = [tf.make_ndarray(next(iter(answer.outputs.values()))) for answer in [*answers, future]]
    fill = tf.make_tensor_proto(np.float32(0.5), shape=[3, 2])
    return {
        "equal": all(np.array_equal(arrays[0], array) for array in arrays),
        "values": [float(value) for value in arrays[0].flatten()],
        "float_val": [float(value) for value in next(iter(answers[0].outputs.values())).float_val],
        "filled_rows": len(tf.make_ndarray(next(iter(stub.Predict(predict_request(name, fill), timeout=10).outputs.values())))),
        "version": answers[0].model_spec.version.value,
    }


def examples(name):
    def example(point):
        return tf.train.Example(features=tf.train.Features(feature={name: tf.train.Feature(float_list=tf.train.FloatList(value=point))}))
    return [example(point) for point in POINTS]


def request(message, list_of_examples):
    message.model_spec.name = MODEL
    message.input.example_list.examples.extend(list_of_examples)
    return message


def classify(stub):
    result = stub.Classify(request(classification_pb2.ClassificationRequest(), examples(input_name(stub))), timeout=10).result
    return [[(entry.label, entry.score) for entry in row.classes] for row in result.classifications]


def multi(stub, name):
    message = inference_pb2.MultiInferenceRequest()
    for method in ("tensorflow/serving/classify", "tensorflow/serving/regress"):
        message.tasks.add(model_spec={"name": MODEL}, method_name=method)
    message.input.example_list.examples.extend(examples(name))
    return [result.WhichOneof("result") for result in stub.MultiInference(message, timeout=10).results]


def reload_label(models, stub, name):
    reload = model_management_pb2.ReloadConfigRequest()
    reload.config.model_config_list.config.add(name=MODEL, version_labels={"stable": 1})
    code = models.HandleReloadConfigRequest(reload, timeout=20).status.error_code
    message = predict_request(name, tf.make_tensor_proto(POINTS))
    message.model_spec.version_label = "stable"
    for _ in range(200):
        try:
            return [code, stub.Predict(message, timeout=10).model_spec.version.value]
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT):  # the catalog has yet to show the new label
                raise
    return [code, None]


def refusals(stub, models, name):
    good = tf.make_tensor_proto(POINTS)
    def with_spec(**spec):
        message = predict_request(name, good)
        message.model_spec.MergeFrom(type(message.model_spec)(**spec))
        return message
    filtered = predict_request(name, good)
    filtered.output_filter.append("nope")
    elsewhere = model_management_pb2.ReloadConfigRequest()
    elsewhere.config.model_config_list.config.add(name=MODEL, base_path="/models/other")
    return {
        "model": refused(lambda: stub.Predict(with_spec(name="nope"), timeout=10)),
        "version": refused(lambda: stub.Predict(with_spec(version={"value": 99}), timeout=10)),
        "label": refused(lambda: stub.Predict(with_spec(version_label="nope"), timeout=10)),
        "signature": refused(lambda: stub.Predict(with_spec(signature_name="nope"), timeout=10)),
        "input": refused(lambda: stub.Predict(predict_request("nope", good), timeout=10)),
        "dtype": refused(lambda: stub.Predict(predict_request(name, tf.make_tensor_proto(POINTS.astype(np.int32))), timeout=10)),
        "filter": refused(lambda: stub.Predict(filtered, timeout=10)),
        "metadata": refused(lambda: stub.GetModelMetadata(get_model_metadata_pb2.GetModelMetadataRequest(model_spec={"name": MODEL}), timeout=10)),
        "base_path": refused(lambda: models.HandleReloadConfigRequest(elsewhere, timeout=10)),
    }


def refused(call):
    try:
        call()
    except grpc.RpcError as error:
        return [error.code().name, error.details()]
    return ["answered", ""]


def differences(descriptors):
    """Fields, types and numbers of ours that the published definitions have otherwise."""
    official, own = descriptor_pool.Default(), descriptor_pool.DescriptorPool()
    found, compared, services = [], 0, []
    with open(descriptors) as file:
        protos = [descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(text)) for text in json.load(file)]
    protos = list({proto.name: proto for proto in protos}.values())
    for proto in dependencies_first({proto.name: proto for proto in protos}):
        own.Add(proto)
    for proto in protos:
        for message, full_name in messages_of(proto.message_type, proto.package):
            theirs = official.FindMessageTypeByName(full_name)
            for field in message.field:
                other = theirs.fields_by_name.get(field.name)
                compared += 1
                if other is None or (other.number, other.type, other.is_repeated) != (field.number, field.type, field.label == field.LABEL_REPEATED):
                    found.append(f"{full_name}.{field.name}")
        for service in proto.service:
            services.append(own.FindServiceByName(f"{proto.package}.{service.name}").full_name)  # a pool of its own takes the files only if they agree
            theirs = official.FindServiceByName(f"{proto.package}.{service.name}")
            for method in service.method:
                other = theirs.methods_by_name.get(method.name)
                compared += 1
                if other is None or other.input_type.full_name != method.input_type.lstrip(".") or other.output_type.full_name != method.output_type.lstrip("."):
                    found.append(f"{theirs.full_name}.{method.name}")
    return {"found": found, "compared": compared, "services": sorted(services)}


def dependencies_first(protos):
    ordered = {}
    def visit(name):
        for dependency in protos[name].dependency:
            visit(dependency)
        ordered.setdefault(name, protos[name])
    for name in protos:
        visit(name)
    return ordered.values()


def messages_of(messages, prefix):
    for message in messages:
        yield message, f"{prefix}.{message.name}"
        yield from messages_of(message.nested_type, f"{prefix}.{message.name}")


main(*sys.argv[1:])
