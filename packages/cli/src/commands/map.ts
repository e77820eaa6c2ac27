import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT } from '../errors.ts'
import { documentFile, documentOf } from '../map/document.ts'
import { type LoadedMap, loadMap } from '../map/load.ts'
import { mermaidOf } from '../map/mermaid.ts'
import { observedProblems } from '../map/observed.ts'
import { partsOf } from '../map/part.ts'
import { drawMap } from '../map/terminal.ts'
import { note, paint, type Result } from '../output.ts'
import { root } from '../stack/stack.ts'

export interface MapOptions {
  readonly check?: boolean
  /** With `check`: holds what the suites of tests have seen against it, too. */
  readonly observed?: boolean
  readonly write?: boolean
  readonly mermaid?: boolean
  /** Another checkout than this one. */
  readonly repository?: string
}

/** `murmur map` */
export async function map(options: MapOptions): Promise<Result> {
  const repository = options.repository ?? root
  const loaded = await loadMap(repository)
  if (options.check === true || options.observed === true) return check(loaded, repository, options.observed === true)
  for (const reason of loaded.unreadable) note(`murmur: ${reason}`)
  if (options.write === true) return write(loaded, repository)
  const text = options.mermaid === true ? partsOf(loaded.map).map(mermaidOf).join('\n\n') : drawMap(loaded.map)
  const exitCode = loaded.unreadable.length === 0 ? EXIT.ok : EXIT.no
  return {
    json:
      options.mermaid === true ? { mermaid: partsOf(loaded.map).map((part) => ({ saga: part.saga, text: mermaidOf(part) })) } : loaded.map,
    text,
    exitCode,
  }
}

function write({ map: sagas, unreadable }: LoadedMap, repository: string): Result {
  const file = join(repository, documentFile)
  const text = documentOf(sagas)
  const changed = !existsSync(file) || readFileSync(file, 'utf8') !== text
  // A page without a service would look as if that service were gone.
  if (unreadable.length > 0)
    return { json: { file: documentFile, written: false, unreadable }, text: `${documentFile} was left as it is`, exitCode: EXIT.no }
  if (changed) writeFileSync(file, text)
  return { json: { file: documentFile, written: changed }, text: changed ? `${documentFile} written` : `${documentFile} is up to date` }
}

function check({ map: sagas, unreadable }: LoadedMap, repository: string, observed: boolean): Result {
  const file = join(repository, documentFile)
  const stale = unreadable.length === 0 && (!existsSync(file) || readFileSync(file, 'utf8') !== documentOf(sagas))
  const problems = [
    ...unreadable.map((message) => ({ code: 'unreadable', name: message.split(/[:\s]/)[0] ?? '', message })),
    ...sagas.problems,
    ...(observed ? observedProblems(sagas, repository) : []),
    ...(stale
      ? [
          {
            code: 'stale',
            name: documentFile,
            message: `${documentFile} is not what the subscriptions say; \`npm run gen\` writes it anew`,
          },
        ]
      : []),
  ]
  const { services, events, edges } = sagas
  const counts = `${services.length} services, ${events.length} events, ${edges.length} edges`
  const text =
    problems.length === 0
      ? `${paint('green', '✓')} the map is closed${observed ? ', every edge was seen,' : ''} and ${documentFile} is up to date (${counts})`
      : [
          ...problems.map(({ message }) => `${paint('red', '✗')} ${message}`),
          `${problems.length} problem${problems.length === 1 ? '' : 's'} (${counts})`,
        ].join('\n')
  return { json: { ok: problems.length === 0, problems }, text, exitCode: problems.length === 0 ? EXIT.ok : EXIT.no }
}
