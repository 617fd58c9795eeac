import { fileURLToPath } from 'node:url';

/**
 * Shared by every project. Tests run from source: package `exports` are read with the condition `@switchyard/source`.
 * `*.spec.ts` needs nothing but Node; `*.integration.spec.ts` needs Redis or MinIO, `*.e2e.spec.ts` built services (tools/test.mjs starts them).
 */
export default {
  testEnvironment: fileURLToPath(new URL('jest.environment.cjs', import.meta.url)),
  testEnvironmentOptions: { customExportConditions: ['@switchyard/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/\\.switchyard/', '/\\.nx/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } },
      module: { type: 'es6' },
    }],
  },
  testMatch: ['**/*.spec.ts'],
};
