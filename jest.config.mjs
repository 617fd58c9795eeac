/**
 * Runs every project in one process: `npx jest`, `npx jest libs/batching`, `npx jest --testPathPatterns integration`.
 * The time a test has is there to find one that hangs: a machine that is shared is several times slower than a quiet one.
 */
export default { testTimeout: 30_000, projects: ['<rootDir>/apps/*', '<rootDir>/libs/*', '<rootDir>/e2e', '<rootDir>/benchmarks'] };
