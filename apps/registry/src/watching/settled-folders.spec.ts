import { describe, expect, it } from '@jest/globals';
import { SettledFolders } from './settled-folders.js';

describe('SettledFolders', () => {
  it('takes a folder for whole once it has stayed the same for a while', () => {
    const folders = new SettledFolders();
    expect(folders.hasSettled('a', 'one file', 0)).toBe(false);
    expect(folders.hasSettled('a', 'one file', 2_000)).toBe(false);
    expect(folders.hasSettled('a', 'one file', 2_500)).toBe(true);
  });

  it('begins anew with each change', () => {
    const folders = new SettledFolders();
    folders.hasSettled('a', 'one file', 0);
    expect(folders.hasSettled('a', 'two files', 2_400)).toBe(false);
    expect(folders.hasSettled('a', 'two files', 4_800)).toBe(false);
    expect(folders.hasSettled('b', 'two files', 4_900)).toBe(false);
    expect(folders.hasSettled('a', 'two files', 4_900)).toBe(true);
  });
});
