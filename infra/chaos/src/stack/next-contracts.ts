import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderCode } from '@murmuration/contracts/generate'
import { repositoryRoot } from '@murmuration/local'

/** Of which there is a next version: emitted by `payment`, consumed by `channel`. */
export const evolvedEvent = 'PaymentAuthorized'

const file = (schemas: string, version: number): string => join(schemas, 'payment', `${evolvedEvent}.v${version}.json`)

/** `degraded` becomes a word, so that neither version is valid as the other. */
function evolved(text: string): string {
  const { required, properties, examples, ...schema } = JSON.parse(text) as {
    required: string[]
    properties: Record<string, object>
    examples: Record<string, unknown>[]
  }
  const without = ({ degraded: _, ...rest }: Record<string, unknown>) => rest
  return JSON.stringify({
    ...schema,
    required: [...required.filter((name) => name !== 'degraded'), 'risk'],
    properties: { ...without(properties), risk: { type: 'string', description: 'What risk said of it.', enum: ['cleared', 'silent'] } },
    examples: examples.map((example) => ({ ...without(example), risk: 'cleared' })),
  })
}

const upcasts = `
export const up = ({ degraded, ...rest }) => ({ ...rest, risk: degraded ? 'silent' : 'cleared' })
export const upcasts = [{ type: '${evolvedEvent}', from: 1, up }]
`

// The producer's next release says it in the new way.
const saidAnew = `
import { up as saidAnew } from '../upcasts/index.ts'
function evolving(event) {
  return Object.assign((data) => event(saidAnew(data)), event)
}
`
const descriptor = new RegExp(`(export const ${evolvedEvent}: [^=]+= )(describe\\([\\s\\S]*?\\n\\))`)

/** Writes what the package contracts generates from schemas with a next version of one event, in the layout of its `src`. */
export async function writeNextContracts(folder: string): Promise<void> {
  const schemas = join(folder, 'schemas')
  await rm(folder, { recursive: true, force: true })
  await cp(join(repositoryRoot, 'schemas'), schemas, { recursive: true })
  await writeFile(file(schemas, 2), evolved(await readFile(file(schemas, 1), 'utf8')))
  const code = await renderCode(schemas)
  const events = (code['events.ts'] ?? '').replace(descriptor, '$1evolving($2)')
  if (!events.includes('= evolving(')) throw new Error(`there is no descriptor of ${evolvedEvent} to evolve`)
  const files = {
    'generated/events.ts': `${events}${saidAnew}`,
    'generated/versions.ts': code['versions.ts'],
    'generated/validators.js': code['validators.js'],
    'upcasts/index.ts': upcasts,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text ?? '')
  }
}
