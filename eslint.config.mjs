import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/**
 * Which layer may use which, and which package owns which technology: the one table of the architecture.
 * foundation ← domain ← technology ← adapter ← platform ← app; an adapter never imports another adapter: what adapters on one
 * technology share is a `technology`. `testing` is for specs.
 */
const LAYERS = [
  { sourceTag: 'layer:foundation', onlyDependOnLibsWithTags: ['layer:foundation'], allowedExternalImports: ['@jest/globals', 'fast-check'] },
  { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:domain', 'layer:foundation'], allowedExternalImports: ['zod', 'fast-check', '@jest/globals'] },
  { sourceTag: 'layer:technology', onlyDependOnLibsWithTags: ['layer:domain', 'layer:foundation'], allowedExternalImports: ['@tensorflow/*', 'protobufjs', 'protobufjs/*', '@grpc/*', 'grpc-health-check', '@jest/globals', 'fast-check'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:technology', 'layer:domain', 'layer:foundation', 'layer:testing'], bannedExternalImports: ['@nestjs/*', 'pino'] },
  { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:platform', 'layer:adapter', 'layer:domain', 'layer:foundation', 'layer:testing'] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:client', 'layer:platform', 'layer:adapter', 'layer:technology', 'layer:domain', 'layer:foundation', 'layer:testing'] },
  // Users install it alone: it knows the server by its wire formats only.
  { sourceTag: 'layer:client', onlyDependOnLibsWithTags: ['layer:client'], allowedExternalImports: ['@jest/globals', 'fast-check'] },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:platform', 'layer:domain', 'layer:foundation'] },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.switchyard/**', '.nx/**'] },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: LAYERS, enforceBuildableLibDependency: false, allowCircularSelfDependency: false }],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 4],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    // Specs are compiled by tsconfig.spec.json as a whole; here they are read without types.
    files: ['**/*.spec.ts'],
    languageOptions: { parserOptions: { projectService: false, project: false } },
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // They are programs: what they find out they print.
    files: ['examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/conformance.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.config.ts', '**/*.spec.ts', 'libs/test-kit/**', 'libs/local-stack/**'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Read the environment in a *.config.ts, once, and pass values on.' }] },
  },
);
