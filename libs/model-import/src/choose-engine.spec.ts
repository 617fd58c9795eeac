import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { chooseEngine, type TrialOutcome } from './choose-engine.js';

const measured = (engine: TrialOutcome['engine'], format: TrialOutcome['format'], alone: number, batch: number): TrialOutcome => ({
  engine, format, figures: { parity: null, costs: [{ rows: 1, ms: alone }, { rows: 8, ms: 8 * batch }] },
});
const failed = (engine: TrialOutcome['engine'], kind: 'engine-unavailable' | 'model-invalid', message: string): TrialOutcome => ({ engine, format: 'tfjs-layers', error: new ServingError(kind, message) });

describe('chooseEngine', () => {
  it('takes the engine with the least time for a row, whichever batch size suits it, and gives every figure as its reason', () => {
    const { choice, format } = chooseEngine([measured('tensorflow', 'tfjs-graph', 10, 2), measured('wasm', 'tfjs-graph', 4, 20)]);
    expect([choice.engine, format]).toEqual(['tensorflow', 'tfjs-graph']);
    expect(choice.reason).toBe('tensorflow takes 10 ms a row alone and 2.0 ms a row in a batch of 8; wasm takes 4.0 ms a row alone and 20 ms a row in a batch of 8.');
  });

  it('leaves the onnx engine only for one that is clearly faster', () => {
    expect(chooseEngine([measured('tensorflow', 'tfjs-layers', 10, 8), measured('onnx', 'onnx', 9, 11)]).choice.engine).toBe('onnx');
    expect(chooseEngine([measured('tensorflow', 'tfjs-layers', 10, 2), measured('onnx', 'onnx', 9, 11)]).choice.engine).toBe('tensorflow');
  });

  it('says of the others why they could not run it', () => {
    const { choice } = chooseEngine([failed('tensorflow', 'engine-unavailable', 'Its library is not here.'), measured('wasm', 'tfjs-layers', 5, 5)]);
    expect(choice.reason).toMatch(/; tensorflow could not run it \(Its library is not here\)\.$/);
  });

  it('takes an engine that could only load the model where no other ran it', () => {
    const loaded = (engine: TrialOutcome['engine']): TrialOutcome => ({ engine, format: 'tfjs-graph', figures: { parity: null, costs: [] } });
    const { choice } = chooseEngine([loaded('tensorflow'), loaded('wasm')]);
    expect([choice.engine, choice.reason]).toEqual(['tensorflow', expect.stringMatching(/^tensorflow loads it \(nothing was measured: .*\); wasm loads it/)]);
    expect(chooseEngine([loaded('tensorflow'), measured('wasm', 'tfjs-graph', 4, 2)]).choice.engine).toBe('wasm');
  });

  it('blames the model before the machine when none could run it', () => {
    const outcomes = [failed('tensorflow', 'engine-unavailable', 'Its library is not here.'), failed('wasm', 'model-invalid', 'It crashed.')];
    expect(() => chooseEngine(outcomes)).toThrow('It crashed.');
    expect(() => chooseEngine(outcomes.slice(0, 1))).toThrow('Its library is not here.');
    expect(() => chooseEngine([])).toThrow(/No engine here runs/);
  });
});
