import { describe, expect, it } from '@jest/globals';
import { parseModelServerConfig } from './parse-model-server-config.js';

const listing = (more: string): string => `model_config_list { config { name: "m" base_path: "/models/m" ${more} } }`;

describe('parseModelServerConfig', () => {
  it('reads models, policies and labels, in each way the text format may be written', () => {
    const text = `
      # As the documentation of TensorFlow Serving writes it.
      model_config_list: {
        config: { name: 'first', base_path: '/models/first', model_platform: 'tensorflow',
          model_version_policy: { specific: { versions: 42 versions: 43 } }
          version_labels { key: 'stable' value: 42 } version_labels { key: 'canary' value: 43 } },
        config < name: "second" base_path: "/models/" "second" model_version_policy { specific { versions: [1, 2] } } >
        config { name: "third" base_path: "/third" model_version_policy { latest { num_versions: 3 } } }
        config { name: "fourth" base_path: "/fourth" model_version_policy { all {} } }
        config { name: "fifth" base_path: "/fifth" }
      }`;
    expect(parseModelServerConfig(text)).toEqual([
      { name: 'first', directory: '/models/first', config: { model_version_policy: { specific: { versions: [42, 43] } }, version_labels: { stable: 42, canary: 43 } } },
      { name: 'second', directory: '/models/second', config: { model_version_policy: { specific: { versions: [1, 2] } }, version_labels: {} } },
      { name: 'third', directory: '/third', config: { model_version_policy: { latest: { num_versions: 3 } }, version_labels: {} } },
      { name: 'fourth', directory: '/fourth', config: { model_version_policy: { all: {} }, version_labels: {} } },
      { name: 'fifth', directory: '/fifth', config: { model_version_policy: { latest: { num_versions: 1 } }, version_labels: {} } },
    ]);
  });

  it('lists nothing where the file does', () => {
    expect(parseModelServerConfig('model_config_list {}')).toEqual([]);
  });

  it.each([
    ['nothing', '', /a model_config_list is expected/],
    ['no text format', '{"model_config_list": []}', /cannot be read as a ModelServerConfig in text format/],
    ['a file cut short', 'model_config_list { config {', /cannot be read/],
    ['a field that is not known', listing('colour: "red"'), /colour/],
    ['two policies', listing('model_version_policy { all {} latest { num_versions: 1 } }'), /policy_choice: multiple values/],
    ['another platform', listing('model_platform: "caffe"'), /model_platform: only "tensorflow" is known/],
    ['a relative path', 'model_config_list { config { name: "m" base_path: "m" } }', /base_path: an absolute path is expected/],
    ['no path', 'model_config_list { config { name: "m" } }', /needs a base_path/],
    ['a version below one', listing('model_version_policy { specific { versions: 0 } }'), /versions/],
    ['a model twice', 'model_config_list { config { name: "m" base_path: "/m" } config { name: "m" base_path: "/n" } }', /lists the model "m" twice/],
  ])('refuses %s in one sentence', (_name, text, sentence) => {
    expect(() => parseModelServerConfig(text)).toThrow(expect.objectContaining({ kind: 'invalid-input', message: expect.stringMatching(sentence) }));
  });
});
