// Writes schemas/openapi/gateway.json; with --check only says whether it is up to date (exit 1 when not).
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openApi } from '../src/openapi/document.ts'

const file = fileURLToPath(new URL('../../../schemas/openapi/gateway.json', import.meta.url))
const wanted = `${JSON.stringify(openApi(), null, 2)}\n`
if (process.argv.includes('--check')) {
  if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    console.error('schemas/openapi/gateway.json is stale: run npm run gen')
    process.exitCode = 1
  }
} else {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, wanted)
}
