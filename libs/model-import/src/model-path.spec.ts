import { describe, expect, it } from '@jest/globals';
import { MAX_MODEL_FILES, ModelPaths, assertModelPath } from './model-path.js';

describe('assertModelPath', () => {
  it.each(['model.onnx', 'variables/variables.data-00000-of-00001', 'my model (1).onnx', 'größe/模型.onnx', '..a/b..c'])('takes %p', (path) => {
    expect(() => assertModelPath(path)).not.toThrow();
  });

  it.each([
    ['../model.onnx', /leads out of the folder/], ['a/../../b', /leads out/], ['/etc/passwd', /leads out/], ['a\\..\\b', /"\\\\"|"\\"/], ['C:model', /":"/],
    ['a\u0000b', /control character/], ['a//b', /empty name/], ['./a', /"\."/], ['', /empty name/], ['a/'.repeat(20) + 'b', /deeper/], ['x'.repeat(300), /longer/],
  ])('refuses %p', (path, message) => {
    expect(() => assertModelPath(path)).toThrow(message);
  });
});

describe('ModelPaths', () => {
  it('gives each path once, whatever its case', () => {
    const paths = new ModelPaths();
    paths.take('a/model.json');
    paths.take('b/model.json');
    expect(() => paths.take('a/Model.json')).toThrow('Two files claim the path "a/Model.json"; each file needs a path of its own.');
  });

  it('lets no file be a folder', () => {
    const paths = new ModelPaths();
    paths.take('a/b/c');
    expect(() => paths.take('a/b')).toThrow(/file and a folder at once/);
    expect(() => paths.take('a/b/c/d')).toThrow(/file and a folder at once/);
  });

  it('ends at the number of files that are accepted', () => {
    const paths = new ModelPaths();
    for (let index = 0; index < MAX_MODEL_FILES; index++) paths.take(`shard-${index}`);
    expect(() => paths.take('one-more')).toThrow(/more than the 1000 files/);
  });
});
