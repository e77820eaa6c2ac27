import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredNames, edgeName } from '@murmuration/choreography/edge'
import type { SagaMap } from '@murmuration/choreography/map'
import { listOf, objectOf, parseJson, textOf } from '../json.ts'

/** Where suites of tests leave the names of the edges that they have seen, from the repository's root. */
export const observedFolder = '.local/observed'

export interface ObservedProblem {
  /** `no_tally`: nobody has looked yet. */
  readonly code: 'undeclared_edge' | 'unseen_edge' | 'no_tally'
  readonly name: string
  readonly message: string
}

interface Tally {
  readonly suite: string
  readonly messages: readonly string[]
  readonly spans: readonly string[]
}

/** Holds what was seen in messages and spans against what is declared: neither may have an edge that the other lacks. */
export function observedProblems(map: SagaMap, repository: string): readonly ObservedProblem[] {
  const tallies = talliesIn(join(repository, observedFolder))
  if (tallies.length === 0)
    return [{ code: 'no_tally', name: observedFolder, message: `${observedFolder} has no tally yet; \`npm test\` writes them` }]
  const declared = declaredNames(map)
  const undeclared = tallies.flatMap(({ suite, messages, spans }) =>
    [...new Set([...messages, ...spans])]
      .filter((name) => !declared.has(name))
      .map((name): ObservedProblem => ({ code: 'undeclared_edge', name, message: `${name}: seen in ${suite}, but in no subscription` })),
  )
  const seen = new Set(tallies.flatMap(({ messages }) => messages))
  const suites = tallies.map(({ suite }) => suite).join(', ')
  const unseen = map.edges
    .map(edgeName)
    .filter((name) => !seen.has(name))
    .map((name): ObservedProblem => ({ code: 'unseen_edge', name, message: `${name}: declared, but never seen in ${suites}` }))
  return [...undeclared, ...unseen]
}

function talliesIn(folder: string): Tally[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  return files.sort().map((name) => {
    const content = objectOf(parseJson(readFileSync(join(folder, name), 'utf8'), name))
    const names = (field: string) => listOf(content[field]).flatMap((each) => textOf(each) ?? [])
    return { suite: name.replace('.json', ''), messages: names('messages'), spans: names('spans') }
  })
}
