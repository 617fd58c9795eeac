import { describe, expect, it } from '@jest/globals';
import { registryCommandSchema } from './registry-command.js';
import { publishCommand } from './testing/stage-version.js';

const BY = { model: 'digits', by: 'ada', why: 'a reason' };

describe('registryCommandSchema', () => {
  it.each([
    publishCommand({}),
    { command: 'promote', ...BY, version: 2 },
    { command: 'rollback', ...BY },
    { command: 'rollback', ...BY, version: 1 },
    { command: 'set-alias', ...BY, alias: 'shadow', version: null },
  ])('takes $command as it is', (command) => {
    expect(registryCommandSchema.parse(command)).toEqual(command);
  });

  it('has an empty reason when none is given', () => {
    expect(registryCommandSchema.parse({ command: 'rollback', model: 'digits', by: 'ada' })).toMatchObject({ why: '' });
  });

  it.each([
    ['a command there is not', { command: 'remove', ...BY }],
    ['a model name that climbs out', { command: 'promote', ...BY, model: '../x', version: 1 }],
    ['a model name that is a folder', { command: 'promote', ...BY, model: 'a/b', version: 1 }],
    ['an alias that begins with a digit', { command: 'set-alias', ...BY, alias: '1st', version: 1 }],
    ['an alias with a meaning in the language', { command: 'set-alias', ...BY, alias: '__proto__', version: 1 }],
    ['version 0', { command: 'promote', ...BY, version: 0 }],
    ['half a version', { command: 'promote', ...BY, version: 1.5 }],
    ['nobody', { command: 'promote', ...BY, by: '', version: 1 }],
  ])('refuses %s', (_what, command) => {
    expect(registryCommandSchema.safeParse(command).success).toBe(false);
  });

  it.each(['../model.onnx', 'onnx/../../x', 'onnx/./x', 'onnx/a b', ''])('refuses the file path "%s"', (path) => {
    const command = publishCommand({});
    const file = { path, bytes: 1, sha256: 'a'.repeat(64) };
    expect(registryCommandSchema.safeParse({ ...command, draft: { ...command.draft, artifacts: [{ format: 'onnx', files: [file] }] } }).success).toBe(false);
  });
});
