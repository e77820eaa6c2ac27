import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Edge, edgeName } from '@murmuration/choreography/edge'
import { repositoryRoot } from '@murmuration/local'

/** What a suite of tests has seen so far, by the names of edges; `murmur map --check --observed` reads it. */
interface Tally {
  readonly messages: readonly string[]
  readonly spans: readonly string[]
}

/**
 * Notes which edges of the map a suite has seen, in the messages and in the spans, besides what it had seen before.
 *
 * @param folder where the tallies are; `npm test` begins with an empty one
 */
export function recordEdges(
  suite: string,
  { messages, spans = [] }: { messages: readonly Edge[]; spans?: readonly Edge[] },
  folder = join(repositoryRoot, '.local', 'observed'),
): void {
  const file = join(folder, `${suite}.json`)
  const before: Tally = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : { messages: [], spans: [] }
  const merged = (known: readonly string[], edges: readonly Edge[]) => [...new Set([...known, ...edges.map(edgeName)])].sort()
  mkdirSync(folder, { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify({ messages: merged(before.messages, messages), spans: merged(before.spans, spans) }, null, 1)}\n`)
  renameSync(draft, file)
}
