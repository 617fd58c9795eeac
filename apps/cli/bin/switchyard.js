#!/usr/bin/env node
// npm links this file into node_modules/.bin before anything is compiled: a compiled file would not be there to be made executable.
try {
  await import('../dist/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('Switchyard is not built yet: run "npm run setup" first, or "npm start".\n');
  process.exitCode = 1;
}
