import { describe, expect, it } from '@jest/globals';
import { parseImportArguments } from './import-arguments.js';

describe('parseImportArguments', () => {
  it('fills in what is not given', () => {
    expect(parseImportArguments(['m.onnx', '--name', 'm'])).toEqual({
      source: 'm.onnx', name: 'm', labelsFile: undefined, preprocess: undefined, signature: undefined, promote: true, apiUrl: 'http://127.0.0.1:8000',
    });
  });

  it('takes every option, in any order', () => {
    expect(parseImportArguments(['--no-promote', '--api', 'https://yard.example/', '--name=m', 'dir', '--labels', 'l.txt', '--preprocess', 'tf,crop=224', '--signature', 's'])).toEqual({
      source: 'dir', name: 'm', labelsFile: 'l.txt', preprocess: 'tf,crop=224', signature: 's', promote: false, apiUrl: 'https://yard.example',
    });
  });

  it.each([
    [[], /What is to be imported/], [['m.onnx'], /--name <model> is expected/], [['a', 'b', '--name', 'm'], /"b" is another/], [['a', '--name', 'm', '--colour'], /--colour/],
    [['a', '--name', 'm', '--api', 'yard'], /--api is "yard"/], [['a', '--name', 'm', '--api', 'ftp://yard'], /--api is "ftp:\/\/yard"/],
  ] as const)('refuses %j', (args, sentence) => {
    expect(() => parseImportArguments(args)).toThrow(sentence);
  });
});
