/** Runs every project in one process: `npx jest`, `npx jest libs/batching`, `npx jest --testPathPatterns integration`. */
export default { projects: ['<rootDir>/apps/*', '<rootDir>/libs/*', '<rootDir>/e2e', '<rootDir>/benchmarks'] };
