import { describe, expect, it } from '@jest/globals';
import { assertLabels, readLabels } from './read-labels.js';

const digits = ['0', '1', '2'];

describe('readLabels', () => {
  it.each<[string, string[], string[], string[]]>([
    ['a field for each', ['1', ' 2 '], digits, ['1', '2']],
    ['one field', ['1'], digits, ['1']],
    ['commas', ['1, 2,0'], digits, ['1', '2', '0']],
    ['an array of numbers', ['[1, 2]'], digits, ['1', '2']],
    ['an array of texts', [' ["1", "2"]'], digits, ['1', '2']],
    ['one class with a comma in its name', ['great white, white shark'], ['great white, white shark', 'hen'], ['great white, white shark']],
    ['one class with a bracket in its name', ['[unknown]'], ['[unknown]'], ['[unknown]']],
    ['nothing', [], digits, []],
  ])('reads %s', (_, fields, classes, labels) => {
    expect(readLabels(fields, classes)).toEqual(labels);
  });

  it.each(['[1', '[[1]]', '[null]', '[{"a":1}]'])('refuses %s, showing it', (text) => {
    expect(() => readLabels([text], digits)).toThrow(`"labels" is ${JSON.stringify(text)}; a JSON array of texts and numbers`);
  });
});

describe('assertLabels', () => {
  it('takes as many labels as pictures, all of them classes', () => {
    expect(() => assertLabels(['2', '0'], 2, digits)).not.toThrow();
  });

  it.each<[string[], number, string[], string]>([
    [['1'], 2, digits, 'The upload has 2 pictures in "files" and 1 labels in "labels"; as many of each are expected.'],
    [['1', '3'], 2, digits, 'Label 2 of the upload is "3"; one of 0, 1, 2 is expected.'],
    [['dog'], 1, Array.from({ length: 1_000 }, (_, index) => `class ${index}`), 'Label 1 of the upload is "dog"; the name of one of the model\'s 1000 classes is expected.'],
  ])('refuses %j for %i pictures', (labels, pictures, classes, says) => {
    expect(() => assertLabels(labels, pictures, classes)).toThrow(says);
  });
});
