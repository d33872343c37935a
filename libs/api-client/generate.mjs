// What `npm run generate:api-client` runs: writes src/generated/management-api.ts, the types of the management API, from the OpenAPI
// document of the api-service that is built. With --check it writes nothing, and fails unless the file is up to date.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const file = path.join(import.meta.dirname, 'src/generated/management-api.ts');
const script = path.join(import.meta.dirname, '../../services/api-service/dist/api-document.js');
const header =
  '/** The management API as its OpenAPI document has it. Made by `npm run generate:api-client`; do not change it by hand. */\n\n';

const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
if (status !== 0) fail(`${stderr}The OpenAPI document could not be had from ${script}: run 'npm run build' first.`);
const source = header + astToString(await openapiTS(withoutErrors(JSON.parse(stdout)), { defaultNonNullable: false }));

if (!process.argv.includes('--check')) writeFileSync(file, source);
else if (readFileSync(file, 'utf8') !== source) fail(`${file} is not what the routes say: run 'npm run generate:api-client'.`);

/** Every operation has the same body for every error, and the client throws it: said for each, it would be three quarters of the file. */
function withoutErrors(document) {
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    const { responses } = operation;
    const error = Object.entries(responses).find(([code]) => code.startsWith('5'))?.[1];
    operation.responses = Object.fromEntries(Object.entries(responses).filter(([code]) => code.startsWith('2')));
    if (error) operation.responses.default = { ...error, description: 'Any error' };
  }
  return document;
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
