import type { Outcome } from '../run/outcome.ts'
import type { Hunted } from './hunt.ts'
import type { Suite } from './suite.ts'

const number = (value: number): string => value.toLocaleString('en-US')

export const suiteText = ({ seeds, events, eventsPerSecond, violations }: Suite): string =>
  `${number(seeds)} seeds, ${number(events)} events, ${number(eventsPerSecond)} events a second on one core, ${number(violations)} violations\n`

export function outcomeText({ seed, handled, violations, story }: Outcome): string {
  const told = story.map((line) => `${line}\n`).join('')
  const verdict = violations.length === 0 ? 'nothing is wrong' : violations.map((one) => `\n  ${one}`).join('')
  return `${told}seed ${seed}: ${number(handled)} events; ${verdict}\n`
}

export function huntText(hunted: readonly Hunted[]): string {
  const width = Math.max(...hunted.map(({ mutant }) => mutant.length))
  const lines = hunted.map(({ mutant, breaks, found }) => {
    const by = found === undefined ? 'SURVIVED' : `seed ${found.seed}: ${found.text}`
    return `${mutant.padEnd(width)}  ${breaks}\n${' '.repeat(width)}  ${by}\n`
  })
  const survived = hunted.filter(({ found }) => found === undefined).length
  return `${lines.join('')}${hunted.length} mutants, ${hunted.length - survived} found, ${survived} survived\n`
}
