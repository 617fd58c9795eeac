import protobuf from 'protobufjs/light.js';

/**
 * `ModelServerConfig`, the message of a `model_config_file`, without what only TensorFlow Serving's own platforms use. Names and numbers are those of
 * config/model_server_config.proto and sources/storage_path/file_system_storage_path_source.proto in
 * https://github.com/tensorflow/serving/tree/master/tensorflow_serving
 */
const MESSAGES = {
  ModelServerConfig: { fields: { model_config_list: { id: 1, type: 'ModelConfigList' } } },
  ModelConfigList: { fields: { config: { id: 1, type: 'ModelConfig', rule: 'repeated' } } },
  ModelConfig: {
    fields: {
      name: { id: 1, type: 'string' }, base_path: { id: 2, type: 'string' }, model_platform: { id: 4, type: 'string' },
      model_version_policy: { id: 7, type: 'ServableVersionPolicy' }, version_labels: { id: 8, keyType: 'string', type: 'int64' },
    },
  },
  ServableVersionPolicy: {
    oneofs: { policy_choice: { oneof: ['latest', 'all', 'specific'] } },
    fields: { latest: { id: 100, type: 'Latest' }, all: { id: 101, type: 'All' }, specific: { id: 102, type: 'Specific' } },
  },
  Latest: { fields: { num_versions: { id: 1, type: 'uint32' } } },
  All: { fields: {} },
  Specific: { fields: { versions: { id: 1, type: 'int64', rule: 'repeated' } } },
};

export const MODEL_SERVER_CONFIG = protobuf.Root.fromJSON({ nested: MESSAGES }).lookupType('ModelServerConfig');
