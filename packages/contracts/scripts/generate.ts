import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lintSchemas } from './lint-schemas.ts'
import { renderAsyncapi } from './render-asyncapi.ts'
import { renderEvents, renderExamples, renderVersions } from './render-events.ts'
import { renderValidators, renderValidatorTypes } from './render-validators.ts'
import { readSchemas } from './schema-files.ts'
import { complaints, readSubscriptions } from './subscriptions.ts'

const repository = join(import.meta.dirname, '../../..')
const generated = 'packages/contracts/src/generated'
const notice = 'Generated from schemas/ by `npm run gen`. Do not edit.'

/** The TypeScript and JavaScript generated from a folder of schemas: contents by file name. Throws what the lint finds. */
export async function renderCode(schemas: string): Promise<Record<string, string>> {
  const set = readSchemas(schemas)
  const wrong = lintSchemas(set)
  if (wrong.length > 0) throw new Error(`schemas/ breaks our rules:\n${wrong.map((line) => `  ${line}`).join('\n')}`)
  const files = {
    'events.ts': await renderEvents(set),
    'examples.ts': renderExamples(set),
    'validators.d.ts': renderValidatorTypes(set),
    'validators.js': renderValidators(set),
    'versions.ts': renderVersions(set),
  }
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, `// ${notice}\n${text.trimEnd()}\n`]))
}

/** By path from the repository's root. */
type Files = ReadonlyMap<string, string>

async function renderContracts(): Promise<Files> {
  const code = await renderCode(join(repository, 'schemas'))
  return new Map(Object.entries(code).map(([file, text]) => [`${generated}/${file}`, text]))
}

/** After the code is written: the services' lists, which it reads, import that code. */
async function renderDocument(): Promise<Files> {
  const subscriptions = await readSubscriptions(repository)
  for (const line of complaints(subscriptions)) console.error(line)
  const document = renderAsyncapi(readSchemas(join(repository, 'schemas')), subscriptions)
  return new Map([['schemas/asyncapi.yaml', `# ${notice}\n${document}`]])
}

const current = (path: string) => (existsSync(join(repository, path)) ? readFileSync(join(repository, path), 'utf8') : undefined)
const staleOf = (files: Files) => [...files].filter(([path, text]) => current(path) !== text)

function write(files: Files): void {
  for (const [path, text] of staleOf(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), text)
    console.log(`wrote ${path}`)
  }
}

async function check(): Promise<number> {
  const code = await renderContracts()
  const stale = [...staleOf(code), ...staleOf(await renderDocument())].map(([path]) => `stale: ${path}`)
  const extra = readdirSync(join(repository, generated)).filter((file) => !code.has(`${generated}/${file}`))
  const wrong = [...stale, ...extra.map((file) => `not generated any more: ${generated}/${file}`)]
  for (const line of wrong) console.error(line)
  if (wrong.length > 0) console.error('Run `npm run gen` and commit what it writes.')
  return wrong.length > 0 ? 1 : 0
}

async function generate(): Promise<number> {
  write(await renderContracts())
  write(await renderDocument())
  return 0
}

if (import.meta.main) process.exitCode = process.argv.includes('--check') ? await check() : await generate()
