import util from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareTfjsNode } from './prepare-tfjs-node.js';

/** As tfjs-node sees it. */
const removable = util as unknown as Record<string, unknown>;
const REMOVED = ['isNullOrUndefined', 'isArray'];

describe('prepareTfjsNode', () => {
  const kept = Object.getOwnPropertyDescriptors(removable);
  beforeEach(() => {
    for (const name of REMOVED) delete removable[name];
  });
  afterEach(() => {
    for (const name of REMOVED) {
      delete removable[name];
      if (kept[name] !== undefined) Object.defineProperty(removable, name, kept[name]);
    }
  });

  it('puts back what Node 23 removed and tfjs-node calls', () => {
    prepareTfjsNode();
    const { isNullOrUndefined, isArray } = removable as Record<string, (value: unknown) => boolean>;
    expect([null, undefined, 0, ''].map((value) => isNullOrUndefined?.(value))).toEqual([true, true, false, false]);
    expect([[], new Float32Array(1), { length: 0 }].map((value) => isArray?.(value))).toEqual([true, false, false]);
  });

  it('takes the place of what is there but warns when it is called', () => {
    removable['isArray'] = () => process.emitWarning('util.isArray is deprecated.');
    prepareTfjsNode();
    expect(removable['isArray']).toBe(Array.isArray);
  });

  it('keeps the native log to errors unless the operator asks for more', () => {
    const before = process.env['TF_CPP_MIN_LOG_LEVEL'];
    try {
      delete process.env['TF_CPP_MIN_LOG_LEVEL'];
      prepareTfjsNode();
      expect(process.env['TF_CPP_MIN_LOG_LEVEL']).toBe('2');
      process.env['TF_CPP_MIN_LOG_LEVEL'] = '0';
      prepareTfjsNode();
      expect(process.env['TF_CPP_MIN_LOG_LEVEL']).toBe('0');
    } finally {
      if (before === undefined) delete process.env['TF_CPP_MIN_LOG_LEVEL'];
      else process.env['TF_CPP_MIN_LOG_LEVEL'] = before;
    }
  });
});
